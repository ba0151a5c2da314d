package user;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.datafusion.DataFrame;
import io.datafusion.ExecutionException;
import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.SessionContext;
import io.datafusion.internal.FunctionMemory;
import io.datafusion.udf.NullHandling;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Signature;
import io.datafusion.udf.VectorArguments;
import io.datafusion.udf.VectorFunction;
import io.datafusion.udf.Volatility;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions over vectors, as a user writes them. */
class VectorUdfTest {
  private static final Field LONG = Field.nullable("n", new ArrowType.Int(64, true));
  private static final Field DOUBLE =
      Field.nullable("x", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));

  private SessionContext ctx;
  private long allocated;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
    allocated = FunctionMemory.settled();
  }

  @AfterEach
  void close() {
    ctx.close();
    FunctionMemory.awaitReleased(allocated);
  }

  private String one(String sql) {
    return ctx.sql(sql).toText(1).lines().skip(3).findFirst().orElseThrow().strip();
  }

  private static FieldVector scaled(VectorArguments batch) {
    var x = batch.vector(0, Float8Vector.class);
    var factor = batch.vector(1, Float8Vector.class);
    var result = new Float8Vector("r", batch.allocator());
    result.allocateNew(batch.rowCount());
    for (int row = 0; row < batch.rowCount(); row++) {
      int left = batch.index(0, row);
      int right = batch.index(1, row);
      if (x.isNull(left) || factor.isNull(right)) {
        result.setNull(row);
      } else {
        result.set(row, x.get(left) * factor.get(right));
      }
    }
    result.setValueCount(batch.rowCount());
    return result;
  }

  @Test
  void batchesAndLiteralsAreEvaluated() {
    ctx.register(
        ScalarUdf.vectorized("scaled", List.of(DOUBLE, DOUBLE), DOUBLE, VectorUdfTest::scaled));
    assertThat(one("SELECT sum(scaled(CAST(value AS DOUBLE), 2.0)) FROM range(0, 100000)"))
        .contains("9999900000.0");
    assertThat(one("SELECT scaled(3.0, 2.0)")).contains("6.0");
    assertThat(
            one(
                "SELECT count(scaled(CASE WHEN value % 2 = 0 THEN 1.0 END, 2.0)) FROM range(0,"
                    + " 10)"))
        .contains("5");
  }

  /** Scalar arguments are one row, and say so. */
  @Test
  void literalsStayScalar() {
    ctx.register(
        ScalarUdf.vectorized(
            "shape",
            Signature.any(2),
            Field.nullable("r", ArrowType.Utf8.INSTANCE),
            batch -> {
              var result = new VarCharVector("r", batch.allocator());
              for (int row = 0; row < batch.rowCount(); row++) {
                String text = "";
                for (int i = 0; i < batch.size(); i++) {
                  text += batch.isScalar(i) + "/" + batch.vector(i).getValueCount() + " ";
                }
                result.setSafe(row, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
              }
              result.setValueCount(batch.rowCount());
              return result;
            }));
    assertThat(one("SELECT max(shape(value, 'a')) FROM range(0, 3)")).contains("false/3 true/1");
  }

  @Test
  void functionsWithoutArgumentsKnowTheRowCount() {
    ctx.register(
        ScalarUdf.vectorized(
                "row_count",
                List.of(),
                LONG,
                batch -> {
                  var result = new BigIntVector("r", batch.allocator());
                  result.allocateNew(batch.rowCount());
                  for (int row = 0; row < batch.rowCount(); row++) {
                    result.set(row, batch.rowCount());
                  }
                  result.setValueCount(batch.rowCount());
                  return result;
                })
            .withVolatility(Volatility.VOLATILE));
    assertThat(one("SELECT max(row_count()) FROM range(0, 777)")).contains("777");
  }

  /** Volatile functions are asked for each row, also when their arguments are literals. */
  @Test
  void volatileFunctionsOfLiteralsAreAskedForEachRow() {
    ctx.register(
        ScalarUdf.of("rnd", Double.class, Double.class, a -> Math.random() + a)
            .withVolatility(Volatility.VOLATILE));
    assertThat(one("SELECT count(DISTINCT rnd(1.0)) > 90 FROM range(0, 100)")).contains("true");
  }

  /** Echoes its argument, whatever that is. */
  private static final class Echo implements VectorFunction {
    private static final long serialVersionUID = 1L;

    @Override
    public FieldVector apply(VectorArguments batch) {
      return batch.vector(0);
    }

    @Override
    public Field resultField(List<Field> arguments, List<Optional<Object>> literals) {
      return arguments.get(0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "value",
        "value % 2 = 0",
        "arrow_cast(value % 100, 'Int8')",
        "arrow_cast(value, 'UInt64')",
        "arrow_cast(value, 'Float16')",
        "arrow_cast(value, 'Float32')",
        "arrow_cast('s' || value, 'LargeUtf8')",
        "arrow_cast('a rather long string ' || value, 'Utf8View')",
        "arrow_cast('s' || value, 'Binary')",
        "arrow_cast('long enough for a view ' || value, 'BinaryView')",
        "arrow_cast('s' || (value % 3), 'Dictionary(Int32, Utf8)')",
        "arrow_cast(value, 'Decimal128(20, 3)')",
        "arrow_cast(value, 'Decimal256(50, 3)')",
        "arrow_cast(value, 'Date32')",
        "arrow_cast(value, 'Timestamp(Nanosecond, Some(\"+01:00\"))')",
        "arrow_cast(value, 'Duration(Second)')",
        "arrow_cast(arrow_cast(value, 'Int32'), 'Time32(Second)')",
        "CAST(value || ' days' AS INTERVAL)",
        "[value, NULL, value + 1]",
        "arrow_cast([value, 2], 'LargeList(Int64)')",
        "arrow_cast([value, 2], 'FixedSizeList(2, Int64)')",
        "named_struct('a', value, 'b', ['s' || value])",
        "MAP {'k': value}",
      })
  void everyTypeComesThroughAsItIs(String expression) {
    ctx.register(ScalarUdf.vectorized("echo", Signature.any(1), new Echo()));
    String data =
        "(SELECT value, CASE WHEN value % 7 <> 3 THEN "
            + expression
            + " END AS v FROM range(0, 500))";
    assertThat(one("SELECT arrow_typeof(echo(v)) = arrow_typeof(v) FROM " + data)).contains("true");
    String both =
        ctx.sql(
                "SELECT v AS a, echo(v) AS b FROM (SELECT * FROM "
                    + data
                    + " ORDER BY value LIMIT 400 OFFSET 13)")
            .toText(400);
    List<String[]> rows =
        both.lines().filter(line -> line.startsWith("| ")).map(l -> l.split("\\|")).toList();
    assertThat(rows).hasSize(401);
    assertThat(rows.subList(1, 401)).allMatch(row -> row[1].strip().equals(row[2].strip()));
  }

  @Test
  void wrongAnswersAreErrorsThatNameTheFunction() {
    VectorFunction shorter =
        batch -> {
          var result = new BigIntVector("r", batch.allocator());
          result.setValueCount(batch.rowCount() - 1);
          return result;
        };
    VectorFunction narrower =
        batch -> {
          var result = new IntVector("r", batch.allocator());
          result.setValueCount(batch.rowCount());
          return result;
        };
    for (var wrong :
        Map.of("null", (VectorFunction) batch -> null, "rows", shorter, "Int(32", narrower)
            .entrySet()) {
      var f = ScalarUdf.vectorized("wrong_one", List.of(LONG), LONG, wrong.getValue());
      Expr call = f.call(col("value"));
      DataFrame frame = ctx.sql("SELECT * FROM range(0, 10)").select(call);
      assertThatThrownBy(() -> frame.toText(10))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("wrong_one")
          .hasMessageContaining(wrong.getKey());
      assertThat(one("SELECT 1 + 1")).contains("2");
    }
  }

  @Test
  void nullsWhereNoneWerePromisedAreAnError() {
    var strict = Field.notNullable("r", new ArrowType.Int(64, true));
    var f = ScalarUdf.vectorized("liar", List.of(LONG), strict, batch -> batch.vector(0));
    assertThatThrownBy(
            () -> ctx.sql("SELECT CAST(NULL AS BIGINT) AS n").select(f.call(col("n"))).toText(1))
        .hasMessageContaining("liar")
        .hasMessageContaining("nullable");
  }

  @Test
  void whatIsThrownIsTheCause() {
    var thrown = List.of(new IllegalStateException("no"), new AssertionError("assert"));
    for (Throwable each : thrown) {
      var f = ScalarUdf.vectorized("f", List.of(LONG), LONG, batch -> sneak(each));
      Throwable caught =
          catchThrowable(() -> ctx.sql("SELECT 1 AS n").select(f.call(col("n"))).toText(1));
      assertThat(caught).isInstanceOf(ExecutionException.class);
      assertThat(caught.getCause()).isSameAs(each);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> FieldVector sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }

  /** Fields are told as they are: name, nullability, metadata, extension name. */
  @Test
  void fieldsAreToldTruthfully() {
    var seen = Collections.synchronizedList(new ArrayList<Field>());
    var f =
        ScalarUdf.vectorized(
            "spy",
            Signature.any(1),
            LONG,
            batch -> {
              seen.add(batch.field(0));
              seen.add(batch.resultField());
              return batch.vector(0);
            });
    var metadata = Map.of("ARROW:extension:name", "my.type", "unit", "m");
    var type = new FieldType(false, new ArrowType.Int(64, true), null, metadata);
    Expr cast = col("value").cast(new Field("m", type, null));
    ctx.sql("SELECT * FROM range(0, 3)").select(f.call(cast)).count();
    ctx.sql("SELECT * FROM range(0, 3)").select(f.call(cast).alias("r")).toText(3);
    assertThat(seen).isNotEmpty();
    assertThat(seen.get(0).getMetadata()).containsAllEntriesOf(metadata);
    assertThat(seen.get(1).getType()).isEqualTo(LONG.getType());
  }

  @Test
  void aliasesAndHintsTravel() {
    var f =
        ScalarUdf.vectorized("real_name", List.of(LONG), LONG, batch -> batch.vector(0))
            .withAliases("other_name", "third")
            .withShortCircuiting()
            .withMonotonic(true);
    ctx.register(f);
    assertThat(one("SELECT other_name(5)")).contains("5");
    Expr call = f.call(col("value"));
    Expr back = Expr.fromBytes(ctx, call.toBytes(ctx));
    assertThat(back).isEqualTo(call);
    assertThat(back.toBytes(ctx)).isEqualTo(call.toBytes(ctx));
    assertThat(f.aliases()).containsExactly("other_name", "third");
    byte[] plan =
        ctx.sql("SELECT third(a) FROM (VALUES (1), (2), (3)) t(a)").logicalPlan().toBytes(ctx);
    assertThat(ctx.dataFrame(LogicalPlan.fromBytes(ctx, plan)).count()).isEqualTo(3);
  }

  @Test
  void orderedResultsNeedNoSort() {
    ctx.register(ScalarUdf.of("up", Long.class, Long.class, a -> a * 2).withMonotonic(true));
    ctx.register(ScalarUdf.of("any", Long.class, Long.class, a -> a * 2));
    ctx.sql("CREATE TABLE t AS SELECT value FROM range(0, 100)");
    String sorted = "SELECT value FROM (SELECT value FROM t ORDER BY value) ORDER BY %s(value)";
    assertThat(sorts(sorted.formatted("up"))).isLessThan(sorts(sorted.formatted("any")) + 1);
    String window = "SELECT %s(value) AS r FROM (SELECT value FROM t ORDER BY value) ORDER BY r";
    assertThat(sorts(window.formatted("up"))).isEqualTo(1);
  }

  private long sorts(String sql) {
    return ctx.sql(sql).executionPlan().display().lines().filter(l -> l.contains("Sort")).count();
  }

  @Test
  void nullHandlingIsForRowsOnly() {
    var f = ScalarUdf.vectorized("f", List.of(LONG), LONG, batch -> batch.vector(0));
    assertThatThrownBy(() -> f.withNullHandling(NullHandling.PASS))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> f.call(lit(1L), lit(2L))).isInstanceOf(IllegalArgumentException.class);
  }

  /** What a view leaves free is zero, which arrow-rs insists on and Arrow Java does not see to. */
  @Test
  void viewsMayLieInMemoryThatWasUsedBefore() {
    Field view = Field.nullable("v", ArrowType.Utf8View.INSTANCE);
    ctx.register(
        ScalarUdf.vectorized(
            "views",
            List.of(LONG),
            view,
            batch -> {
              var result = new ViewVarCharVector("r", batch.allocator());
              result.allocateNew(batch.rowCount());
              for (int row = 0; row < batch.rowCount(); row++) {
                result.setSafe(row, "twelve bytes".getBytes(StandardCharsets.UTF_8));
                result.setSafe(row, "x".repeat(row).getBytes(StandardCharsets.UTF_8));
                if (row % 5 == 4) {
                  result.setNull(row);
                }
              }
              result.setValueCount(batch.rowCount());
              var copied = new ViewVarCharVector("r", batch.allocator());
              copied.allocateNew(batch.rowCount());
              ArrowBuf memory = copied.getDataBuffer();
              for (long at = 0; at < memory.capacity(); at++) {
                memory.setByte(at, 0x55); // as new memory may be
              }
              try (result) {
                for (int row = 0; row < batch.rowCount(); row++) {
                  copied.copyFromSafe(row, row, result);
                }
              }
              copied.setValueCount(batch.rowCount());
              return copied;
            }));
    assertThat(
            one(
                "SELECT count(*) FILTER (WHERE v = repeat('x', CAST(n AS INT))) AS same, count(v)"
                    + " AS valid FROM (SELECT value AS n, views(value) AS v FROM range(0, 20))"))
        .isEqualTo("| 16   | 16    |");
  }
}
