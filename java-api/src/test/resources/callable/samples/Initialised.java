package samples;

import io.datafusion.udf.ScalarFunction1;
import java.util.LinkedHashMap;
import java.util.Map;

/** Its static initialiser leaves a trace. */
public final class Initialised {
  private static final String VALUE = System.setProperty("samples.initialised", "yes") + "";

  public static Map<String, Object[]> cases() {
    var cases = new LinkedHashMap<String, Object[]>();
    cases.put("traced", new Object[] {(ScalarFunction1<String, String>) x -> x + VALUE, "x"});
    if (System.getProperty("samples.home") != null) {
      Homely homely = new Homely("h");
      cases.put("homely", new Object[] {(ScalarFunction1<String, String>) x -> x + homely, "x"});
    }
    return cases;
  }

  record Homely(String text) {
    Homely {
      if (System.getProperty("samples.home") == null) {
        throw new IllegalStateException("only at home");
      }
    }
  }
}
