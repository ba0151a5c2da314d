package benchmarks.compare;

import io.datafusion.udf.RowRanges;
import io.datafusion.udf.VectorArguments;
import io.datafusion.udf.WindowUdf;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** A moving average of ten rows. */
public final class Windows {
  private static final Field DOUBLE =
      Field.nullable("x", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
  private static final String FRAME =
      "SELECT sum(a) FROM (SELECT %s(x) OVER"
          + " (ORDER BY k ROWS BETWEEN 9 PRECEDING AND CURRENT ROW) AS a FROM t%s)";

  private Windows() {}

  static Work movingAverage(Engines engines, long rows) throws Exception {
    engines.ours.register(
        WindowUdf.overFrame("moving_average", List.of(DOUBLE), DOUBLE, Windows::averages));
    engines.table(
        "t",
        "SELECT value AS k, CAST(value AS DOUBLE) AS x FROM range(0, " + rows + ") AS r(value)");
    long fewer = rows / 10;
    return new Work("moving average of 10 rows")
        .by("native", rows, engines.ours(FRAME.formatted("avg", "")))
        .by("frames", rows, engines.ours(FRAME.formatted("moving_average", "")))
        .by(
            "Python, evaluate_all",
            fewer,
            engines.python(
                "SELECT sum(a) FROM (SELECT moving_average(x) OVER (ORDER BY k) AS a FROM t WHERE k"
                    + " < "
                    + fewer
                    + ")"))
        .by("DuckDB, native", rows, engines.duck(FRAME.formatted("avg", "")))
        .goal("frames", "native", 5);
  }

  /** {@return the average of each frame} */
  public static FieldVector averages(VectorArguments rows, RowRanges frames) {
    Float8Vector x = rows.vector(0, Float8Vector.class);
    Float8Vector made = new Float8Vector("a", rows.allocator());
    made.allocateNew(frames.count());
    for (int i = 0; i < frames.count(); i++) {
      double sum = 0;
      int end = frames.end(i);
      for (int row = frames.start(i); row < end; row++) {
        sum += x.get(row);
      }
      made.set(i, sum / (end - frames.start(i)));
    }
    made.setValueCount(frames.count());
    return made;
  }
}
