package benchmarks.compare;

import io.datafusion.udf.AggregateUdf;
import java.util.Locale;

/** An own sum in groups. */
public final class Groups {
  private static final int FEW_GROUPS = 10;

  private Groups() {}

  /** The state of a sum. */
  record Sum(double value) {
    Sum and(double more) {
      return new Sum(value + more);
    }
  }

  static void register(Engines engines) {
    engines.ours.register(sum("own_sum"));
  }

  /** {@return a sum with a record as state} */
  public static AggregateUdf sum(String name) {
    return AggregateUdf.of(
        name,
        Double.class,
        Double.class,
        new Sum(0),
        (Sum sum, Double x) -> sum.and(x),
        (a, b) -> a.and(b.value),
        sum -> sum.value);
  }

  static Work of(Engines engines, long rows, long groups, double most) throws Exception {
    engines.table(
        "t",
        "SELECT value %% %d AS k, CAST(value AS DOUBLE) AS x FROM range(0, %d) AS r(value)"
            .formatted(groups, rows));
    Work work =
        new Work(String.format(Locale.ROOT, "own sum, %,d groups", groups))
            .by("native", rows, engines.ours(grouped("sum", "")))
            .by("record state", rows, engines.ours(grouped("own_sum", "")))
            .goal("record state", "native", most);
    if (groups > FEW_GROUPS) {
      return work.note(
          "Python is left out: it calls its accumulator for each group of each batch, which takes"
              + " longer than all else.");
    }
    long fewer = rows / 100;
    work.by(
        "Python, accumulator", fewer, engines.python(grouped("own_sum", " WHERE x < " + fewer)));
    return work;
  }

  private static String grouped(String sum, String where) {
    return "SELECT max(s) FROM (SELECT %s(x) AS s FROM t%s GROUP BY k)".formatted(sum, where);
  }
}
