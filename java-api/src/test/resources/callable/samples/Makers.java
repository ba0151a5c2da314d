package samples;

import io.datafusion.udf.ScalarFunction1;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Functions that make functions, which capture what travelled with the first. */
public final class Makers {
  private static final Map<String, Object[]> CASES = new LinkedHashMap<>();

  public static Map<String, Object[]> cases() {
    add(
        "enum",
        y -> {
          Plain constant = y > 5 ? Plain.P : Plain.Q;
          return x -> x + constant.name();
        });
    add(
        "enum with bodies",
        y -> {
          Sign sign = Sign.MINUS;
          return x -> sign.of(x);
        });
    add(
        "list of an enum",
        y -> {
          List<Listed> list = List.of(Listed.P);
          return x -> x + "" + list;
        });
    add(
        "collections of an enum",
        y -> {
          var map = new EnumMap<Keyed, String>(Map.of(Keyed.Q, "q"));
          var set = EnumSet.of(Keyed.P);
          return x -> x + "" + map + set;
        });
    add(
        "record",
        y -> {
          Pair pair = new Pair(y, "unused");
          return x -> "" + (x + pair.used());
        });
    add(
        "object",
        y -> {
          Box box = new Box();
          return x -> "" + (x + box.value);
        });
    add(
        "refused: object with readResolve",
        y -> {
          Single single = Single.ONE;
          return x -> "" + (x + single.value);
        });
    return CASES;
  }

  private static void add(String name, ScalarFunction1<Long, ScalarFunction1<Long, String>> maker) {
    CASES.put(name, new Object[] {maker, 1L});
  }

  enum Plain {
    P,
    Q
  }

  enum Listed {
    P,
    Q
  }

  enum Keyed {
    P,
    Q
  }

  enum Sign {
    PLUS {
      @Override
      String of(long x) {
        return "+" + x;
      }
    },
    MINUS {
      @Override
      String of(long x) {
        return "-" + x;
      }
    };

    abstract String of(long x);
  }

  record Pair(long used, String unused) {}

  static final class Box implements Serializable {
    final long value = System.nanoTime() * 0 + 2;
    final String spare = "s";
  }

  static final class Single implements Serializable {
    static final Single ONE = new Single();
    final long value = 3;

    private Object readResolve() {
      return ONE;
    }
  }
}
