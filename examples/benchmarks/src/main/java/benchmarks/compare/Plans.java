package benchmarks.compare;

import io.datafusion.Expr;
import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarUdf;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Expressions with functions inside, written and read. */
final class Plans {
  /** As many expressions a run, so that both sides are warm; fewer are taken again and again. */
  private static final int EACH_RUN = 1000;

  /** Beyond the numbers that other functions of this class capture. */
  private static final AtomicInteger NEXT = new AtomicInteger(EACH_RUN);

  private Plans() {}

  static List<Work> works(Engines engines, int rounds) {
    List<Work> works = new ArrayList<>();
    for (int calls : new int[] {10, 100, 1000}) {
      for (int functions : new int[] {1, 10, 100}) {
        if (functions <= calls) {
          works.addAll(of(engines, functions, calls, rounds + Work.WARMING_UP));
        }
      }
    }
    return works;
  }

  private static List<Work> of(Engines engines, int functions, int calls, int runs) {
    SessionContext ctx = engines.ours;
    List<Expr> expressions = expressions(functions, calls, 0);
    List<byte[]> bytes = expressions.stream().map(e -> e.toBytes(ctx)).toList();
    Iterator<List<byte[]>> unseen = unseen(ctx, functions, calls, runs).iterator();
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
            .by("fromBytes, functions never seen", calls, () -> decoded(ctx, unseen.next(), 1))
            .by("Python, from_bytes", EACH_RUN, prepared(engines, functions, calls, "decode"))
            .by("Python, unpickle", EACH_RUN, () -> engines.python.order("load", times))
            .goal(
                "fromBytes",
                "Python, from_bytes",
                0.5,
                "of the first 9,000 calls the JVM has compiled a part only; later works of the"
                    + " same kind meet it");
    return List.of(encode, decode);
  }

  /** Bytes for each run, no function of one in another, and none alive when they are read. */
  private static List<List<byte[]>> unseen(SessionContext ctx, int functions, int calls, int runs) {
    List<List<byte[]>> all = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      List<Expr> made = expressions(functions, calls, NEXT.getAndAdd(functions));
      all.add(made.stream().map(e -> e.toBytes(ctx)).toList());
    }
    return all;
  }

  private static List<ScalarUdf> functions(int count, int first) {
    List<ScalarUdf> functions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double more = first + i;
      functions.add(ScalarUdf.of("f" + i, Double.class, Double.class, x -> x * 1.2 + more));
    }
    return functions;
  }

  private static List<Expr> expressions(int functions, int calls, int first) {
    List<ScalarUdf> made = functions(functions, first);
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
    return encoded(ctx, expressions(functions, calls, 0), 1);
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
