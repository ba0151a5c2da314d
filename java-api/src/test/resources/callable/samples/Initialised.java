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
    return cases;
  }
}
