package user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.DataFusionException;
import io.datafusion.PlanException;
import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarUdf;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What arguments of declared types may be given as. */
class ArgumentCastTest {
  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  /** Arguments are cast within their family: to the declared width, unit, layout. */
  @Test
  void argumentsAreCastWithinTheirFamily() {
    ctx.register(ScalarUdf.of("i", Integer.class, Integer.class, a -> a + 1));
    ctx.register(ScalarUdf.of("b", Byte.class, Byte.class, a -> (byte) (a + 1)));
    ctx.register(ScalarUdf.of("f", Float.class, Float.class, a -> a * 2));
    ctx.register(ScalarUdf.of("ldt", LocalDateTime.class, String.class, a -> "at " + a));
    ctx.register(ScalarUdf.of("lt", LocalTime.class, String.class, a -> "at " + a));
    ctx.register(ScalarUdf.of("ins", Instant.class, String.class, a -> "at " + a));
    ctx.register(ScalarUdf.of("bin", byte[].class, Integer.class, a -> a.length));
    ctx.register(ScalarUdf.of("str", String.class, Integer.class, a -> a.length()));
    var money = Field.nullable("m", new ArrowType.Decimal(12, 2, 128));
    ctx.register(ScalarUdf.of("m", money, money, (BigDecimal m) -> m));
    assertThat(ctx.sql("SELECT i(1), b(2), f(1.5)").toText(1)).contains("| 2 ", "| 3 ", "| 3.0 ");
    assertThat(ctx.sql("SELECT m(1.5) AS a, m(12) AS b").toText(1)).contains("1.50", "12.00");
    assertThat(ctx.sql("SELECT ldt(TIMESTAMP '2020-01-02 03:04:05') AS a").toText(1))
        .contains("at 2020-01-02T03:04:05");
    assertThat(ctx.sql("SELECT lt(TIME '03:04:05') AS a").toText(1)).contains("at 03:04:05");
    assertThat(
            ctx.sql(
                    "SELECT ins(arrow_cast('2020-01-02T03:04:05', 'Timestamp(Nanosecond,"
                        + " Some(\"UTC\"))')) AS a")
                .toText(1))
        .contains("at 2");
    assertThat(
            ctx.sql("SELECT bin(arrow_cast('abc', 'BinaryView')) AS a, bin(X'0102') AS b")
                .toText(1))
        .contains("| 3 | 2 |");
    assertThat(ctx.sql("SELECT str(arrow_cast('abc', 'Dictionary(Int8, Utf8)')) AS a").toText(1))
        .contains("| 3 |");
    assertThatThrownBy(() -> ctx.sql("SELECT i(3000000000)").toText(1))
        .isInstanceOf(DataFusionException.class)
        .hasMessageContaining("3000000000");
    assertThatThrownBy(() -> ctx.sql("SELECT i(true, 2)"))
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("'i' takes (Int32)");
    assertThatThrownBy(() -> ctx.sql("SELECT i('x')")).isInstanceOf(DataFusionException.class);
  }

  @Test
  void encodedArgumentsCanBeDeclared() {
    Field encoded =
        new Field(
            "s",
            new FieldType(
                true,
                new ArrowType.Utf8(),
                new DictionaryEncoding(1, false, new ArrowType.Int(32, true))),
            null);
    var seen = new AtomicReference<Class<?>>();
    ctx.register(
        ScalarUdf.vectorized(
            "keys",
            List.of(encoded),
            Field.nullable("n", new ArrowType.Int(64, true)),
            batch -> {
              seen.set(batch.vector(0).getClass());
              var result = new BigIntVector("r", batch.allocator());
              result.allocateNew(batch.rowCount());
              for (int row = 0; row < batch.rowCount(); row++) {
                result.set(row, ((IntVector) batch.vector(0)).get(batch.index(0, row)));
              }
              result.setValueCount(batch.rowCount());
              return result;
            }));
    String plain = "'s' || (value % 3)";
    for (String argument : List.of("arrow_cast(" + plain + ", 'Dictionary(Int32, Utf8)')", plain)) {
      assertThat(ctx.sql("SELECT max(keys(" + argument + ")) AS m FROM range(0, 9)").toText(1))
          .contains("| 2 |");
    }
    assertThat(seen.get()).isEqualTo(IntVector.class);
  }
}
