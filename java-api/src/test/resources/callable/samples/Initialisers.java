package samples;

import io.datafusion.udf.ScalarFunction1;
import java.io.Serializable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Functions whose result depends on static initialisers that no field of theirs asks for. */
public final class Initialisers {
  private static final Map<String, Object[]> CASES = new LinkedHashMap<>();

  public static Map<String, Object[]> cases() {
    add("initialiser of a subclass", x -> x + Derived.text());
    add("initialiser that registers itself", x -> x + new Plugin().text());
    add("initialiser by a static call", x -> x + Boot.started() + Settings.rate);
    add("initialiser of a class above", x -> x + new Lower().text() + Settings.above);
    Noisy noisy = new Noisy();
    add("initialiser of a captured object", x -> x + noisy.text + Settings.noise);
    Quiet quiet = new Quiet("q");
    add("initialiser of a captured record", x -> x + quiet.text + Settings.quiet);
    add("initialiser of an interface", x -> x + new Implementing() + Settings.noted);
    add("initialiser of a lambda's interface", x -> x + lambda() + Settings.lambda);
    add("initialiser of a constructor reference", x -> x + made(Late::new) + Settings.late);
    add("initialiser of the class around", new Around().function());
    return CASES;
  }

  private static void add(String name, ScalarFunction1<String, String> function) {
    CASES.put(name, new Object[] {function, "x"});
  }

  private static String made(Supplier<Object> supplier) {
    return supplier.get() == null ? "null" : "made";
  }

  private static String lambda() {
    Starting starting = () -> "s";
    return starting.text();
  }

  static class Base {
    static String name = "base";
  }

  static final class Derived extends Base {
    static {
      name = "derived";
    }

    static String text() {
      return name;
    }
  }

  static final class Registry {
    static final Map<String, String> PLUGINS = new HashMap<>();
  }

  static final class Plugin {
    static {
      Registry.PLUGINS.put("x", "registered");
    }

    String text() {
      return Registry.PLUGINS.get("x");
    }
  }

  static final class Settings {
    static String rate = "none";
    static String above = "none";
    static String noise = "none";
    static String quiet = "none";
    static String noted = "none";
    static String lambda = "none";
    static String late = "none";
    static String around = "none";

    static String set(String value) {
      noted = value;
      return value;
    }

    static String setLambda(String value) {
      lambda = value;
      return value;
    }
  }

  static final class Boot {
    static {
      Settings.rate = "booted";
    }

    static String started() {
      return "-";
    }
  }

  static class Upper {
    static {
      Settings.above = "upper";
    }
  }

  static class Lower extends Upper {
    String text() {
      return "lower";
    }
  }

  static final class Noisy implements Serializable {
    static {
      Settings.noise = "noise";
    }

    final String text = "noisy".concat("!");
  }

  record Quiet(String text) {
    static {
      Settings.quiet = "quiet";
    }
  }

  interface Above {
    String SET = Settings.set("above");

    default String above() {
      return "above";
    }
  }

  interface Between extends Above {}

  static final class Implementing implements Between {
    @Override
    public String toString() {
      return "implementing";
    }
  }

  interface Starting {
    String SET = Settings.setLambda("lambda");

    String text();

    default String unused() {
      return "unused";
    }
  }

  static final class Late {
    static {
      Settings.late = "late";
    }
  }

  static final class Around {
    static {
      Settings.around = "around";
    }

    ScalarFunction1<String, String> function() {
      return x -> x + Settings.around;
    }
  }
}
