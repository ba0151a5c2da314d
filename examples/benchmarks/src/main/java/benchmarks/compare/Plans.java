package benchmarks.compare;

import io.datafusion.Expr;
import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarUdf;
import java.util.ArrayList;
import java.util.List;

/** Expressions with functions inside, written and read. */
final class Plans {
  /** As many expressions a run, so that both sides are warm; fewer are taken again and again. */
  private static final int EACH_RUN = 1000;

  private Plans() {}

  static List<Work> works(Engines engines) {
    List<Work> works = new ArrayList<>();
    for (int calls : new int[] {10, 100, 1000}) {
      for (int functions : new int[] {1, 10, 100}) {
        if (functions <= calls) {
          works.addAll(of(engines, functions, calls));
        }
      }
    }
    return works;
  }

  private static List<Work> of(Engines engines, int functions, int calls) {
    SessionContext ctx = engines.ours;
    List<Expr> expressions = expressions(functions, calls);
    List<byte[]> bytes = expressions.stream().map(e -> e.toBytes(ctx)).toList();
    String what = "%,d expressions of %,d functions".formatted(calls, functions);
    int times = EACH_RUN / calls;
    Work encode =
        new Work("encode " + what)
            .by("toBytes", EACH_RUN, () -> encoded(ctx, expressions, times))
            .by("toBytes, functions defined anew", calls, () -> cold(ctx, functions, calls))
            .by("Python, to_bytes", EACH_RUN, prepared(engines, functions, calls, "encode"))
            .by("Python, pickle", EACH_RUN, () -> engines.python.order("dump", times))
            .goal("toBytes", "Python, to_bytes", 0.5);
    Work decode =
        new Work("decode " + what)
            .by("fromBytes", EACH_RUN, () -> decoded(ctx, bytes, times))
            .by("Python, from_bytes", EACH_RUN, prepared(engines, functions, calls, "decode"))
            .by("Python, unpickle", EACH_RUN, () -> engines.python.order("load", times))
            .goal("fromBytes", "Python, from_bytes", 0.5);
    return List.of(encode, decode);
  }

  private static List<ScalarUdf> functions(int count) {
    List<ScalarUdf> functions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double more = i;
      functions.add(ScalarUdf.of("f" + i, Double.class, Double.class, x -> x * 1.2 + more));
    }
    return functions;
  }

  private static List<Expr> expressions(int functions, int calls) {
    List<ScalarUdf> made = functions(functions);
    List<Expr> expressions = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      expressions.add(made.get(i % functions).call(Expr.col("x")));
    }
    return expressions;
  }

  private static int encoded(SessionContext ctx, List<Expr> expressions, int times) {
    int count = 0;
    for (int i = 0; i < times; i++) {
      for (Expr expression : expressions) {
        count += expression.toBytes(ctx).length > 0 ? 1 : 0;
      }
    }
    return count;
  }

  private static int cold(SessionContext ctx, int functions, int calls) {
    return encoded(ctx, expressions(functions, calls), 1);
  }

  private static int decoded(SessionContext ctx, List<byte[]> bytes, int times) {
    int count = 0;
    for (int i = 0; i < times; i++) {
      for (byte[] one : bytes) {
        count += Expr.fromBytes(ctx, one) == null ? 0 : 1;
      }
    }
    return count;
  }

  /** What Python has prepared is of the work that is measured now. */
  private static Contestant.Run prepared(Engines engines, int functions, int calls, String verb) {
    boolean[] done = new boolean[1];
    return () -> {
      if (!done[0]) {
        engines.python.order("prepare", functions, calls);
        done[0] = true;
      }
      return engines.python.order(verb, EACH_RUN / calls);
    };
  }
}
