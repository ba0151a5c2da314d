package benchmarks.compare;

import io.datafusion.udf.ScalarUdf;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.duckdb.DuckDBFunctions;

/** Functions of rows. */
final class Scalars {
  private static final Field DOUBLE =
      Field.nullable("x", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
  private static final Field DECIMAL = Field.nullable("d", new ArrowType.Decimal(18, 2, 128));
  private static final Field TIMESTAMP =
      Field.nullable("t", new ArrowType.Timestamp(TimeUnit.MICROSECOND, null));

  private Scalars() {}

  static void register(Engines engines) throws Exception {
    ScalarUdf linear = ScalarUdf.of("linear", Double.class, Double.class, x -> x * 1.2 + 3);
    engines.ours.register(linear);
    engines.single.register(linear);
    engines.ours.register(
        ScalarUdf.vectorized(
            "linear_vectors",
            List.of(DOUBLE),
            DOUBLE,
            arguments -> {
              Float8Vector x = arguments.vector(0, Float8Vector.class);
              Float8Vector made = new Float8Vector("y", arguments.allocator());
              int rows = arguments.rowCount();
              made.allocateNew(rows);
              for (int row = 0; row < rows; row++) {
                made.set(row, x.get(row) * 1.2 + 3);
              }
              made.setValueCount(rows);
              return made;
            }));
    engines.ours.register(
        ScalarUdf.of("combined", Long.class, Long.class, Long.class, (a, b) -> a * 3 + b));
    engines.ours.register(
        ScalarUdf.of("upper_case", String.class, String.class, s -> s.toUpperCase(Locale.ROOT)));
    engines.ours.register(
        ScalarUdf.of("characters", String.class, Long.class, s -> (long) s.length()));
    BigDecimal more = new BigDecimal("1.00");
    engines.ours.register(
        ScalarUdf.of("one_more", DECIMAL, DECIMAL, (BigDecimal d) -> d.add(more)));
    engines.ours.register(
        ScalarUdf.of("later", TIMESTAMP, TIMESTAMP, (LocalDateTime t) -> t.plusSeconds(60)));
    DuckDBFunctions.scalarFunction()
        .withName("linear")
        .withParameter(Double.class)
        .withReturnType(Double.class)
        .withDoubleFunction(x -> x * 1.2 + 3)
        .register(engines.duck);
  }

  static Work doubles(Engines engines, long rows) throws Exception {
    String query =
        "SELECT CAST(value AS DOUBLE) AS x FROM range(0, %d) AS r(value)".formatted(rows);
    engines.table("t", query);
    engines.single.sql("CREATE TABLE t AS " + query).count();
    return new Work("sum(f(x)), double")
        .by("native", rows, engines.ours("SELECT sum(x * 1.2 + 3) FROM t"))
        .by("row lambda", rows, engines.ours("SELECT sum(linear(x)) FROM t"))
        .by(
            "native, 1 partition",
            rows,
            engines.ours(engines.single, "SELECT sum(x * 1.2 + 3) FROM t"))
        .by(
            "row lambda, 1 partition",
            rows,
            engines.ours(engines.single, "SELECT sum(linear(x)) FROM t"))
        .by("vectorized", rows, engines.ours("SELECT sum(linear_vectors(x)) FROM t"))
        .by("Python, pyarrow.compute", rows, engines.python("SELECT sum(linear(x)) FROM t"))
        .by(
            "Python, by rows",
            rows / 20,
            engines.python("SELECT sum(linear_rows(x)) FROM t WHERE x < " + rows / 20))
        .by("DuckDB, native", rows, engines.duck("SELECT sum(x * 1.2 + 3) FROM t"))
        .by("DuckDB, Java function", rows, engines.duck("SELECT sum(linear(x)) FROM t"))
        .goal("row lambda", "native", 1.2)
        .goal("row lambda", "Python, pyarrow.compute", 1 / 20.0)
        .goal(
            "row lambda",
            "row lambda, 1 partition",
            1 / 1.8,
            "the engine alone gains no more on these two virtual processors: `native, 1"
                + " partition`");
  }

  static Work nulls(Engines engines, long rows) throws Exception {
    engines.table(
        "t",
        "SELECT CASE WHEN value % 10 > 0 THEN CAST(value AS DOUBLE) END AS x FROM range(0, "
            + rows
            + ") AS r(value)");
    return new Work("sum(f(x)), double, 10 % null")
        .by("native", rows, engines.ours("SELECT sum(x * 1.2 + 3) FROM t"))
        .by("row lambda", rows, engines.ours("SELECT sum(linear(x)) FROM t"))
        .by("Python, pyarrow.compute", rows, engines.python("SELECT sum(linear(x)) FROM t"));
  }

  static Work longs(Engines engines, long rows) throws Exception {
    engines.table(
        "t",
        "SELECT CASE WHEN value % 10 > 0 THEN value END AS a, value % 1000 AS b FROM range(0, "
            + rows
            + ") AS r(value)");
    return new Work("sum(f(a, b)), longs, 10 % null")
        .by("native", rows, engines.ours("SELECT sum(a * 3 + b) FROM t"))
        .by("row lambda", rows, engines.ours("SELECT sum(combined(a, b)) FROM t"))
        .by("Python, pyarrow.compute", rows, engines.python("SELECT sum(combined(a, b)) FROM t"))
        .goal("row lambda", "native", 1.5);
  }

  static Work texts(Engines engines, long rows) throws Exception {
    engines.table(
        "t",
        "SELECT concat('customer ', CAST(value % 100000 AS VARCHAR)) AS s FROM range(0, "
            + rows
            + ") AS r(value)");
    return new Work("sum(octet_length(f(s))), text to text")
        .by("native", rows, engines.ours("SELECT sum(octet_length(upper(s))) FROM t"))
        .by("row lambda", rows, engines.ours("SELECT sum(octet_length(upper_case(s))) FROM t"))
        .by(
            "Python, pyarrow.compute",
            rows,
            engines.python("SELECT sum(octet_length(upper_case(s))) FROM t"))
        .goal("row lambda", "native", 3);
  }

  /** Of the table that {@link #texts} made. */
  static Work lengths(Engines engines, long rows) {
    return new Work("sum(f(s)), text to long")
        .by("native", rows, engines.ours("SELECT sum(character_length(s)) FROM t"))
        .by("row lambda", rows, engines.ours("SELECT sum(characters(s)) FROM t"))
        .by("Python, pyarrow.compute", rows, engines.python("SELECT sum(characters(s)) FROM t"))
        .goal(
            "row lambda",
            "native",
            2,
            "the engine casts `Utf8View` to `Utf8` first, which takes as long as all of the native"
                + " function");
  }

  static Work decimals(Engines engines, long rows) throws Exception {
    engines.table(
        "t",
        "SELECT CAST(value % 100000 AS DECIMAL(18, 2)) AS d FROM range(0, "
            + rows
            + ") AS r(value)");
    return new Work("sum(f(d)), decimal")
        .by("native", rows, engines.ours("SELECT sum(d + CAST(1 AS DECIMAL(18, 2))) FROM t"))
        .by("row lambda", rows, engines.ours("SELECT sum(one_more(d)) FROM t"));
  }

  static Work timestamps(Engines engines, long rows) throws Exception {
    engines.table(
        "t",
        "SELECT timestamp_of((value % 100000) * 1000000) AS t"
            + " FROM range(0, "
            + rows
            + ") AS r(value)");
    return new Work("max(f(t)), timestamp")
        .by("native", rows, engines.ours("SELECT max(t + INTERVAL '60 seconds') FROM t"))
        .by("row lambda", rows, engines.ours("SELECT max(later(t)) FROM t"));
  }
}
