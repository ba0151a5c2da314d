package user;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarUdf;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts of every length and alphabet, beside each other: Java sees what the engine has. */
class TextRowsTest {
  private static final int ROWS = 20_000;

  /** Longer than what is copied to the heap at once. */
  private static final int LONG = 5_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t",
        "(SELECT * FROM t WHERE n % 3 = 1)",
        "(SELECT * FROM t LIMIT 9000 OFFSET 777)",
        "(SELECT n, arrow_cast(s, 'Utf8View') AS s FROM t)",
        "(SELECT n, arrow_cast(s, 'LargeUtf8') AS s FROM t)",
      })
  void textsComeAndGoAsTheyAre(String rows) {
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot batch = texts(allocator);
        SessionContext ctx = SessionContext.create()) {
      ctx.register("t", ctx.read(batch));
      ctx.register(ScalarUdf.of("marked", String.class, String.class, s -> s + "|"));
      ctx.register(ScalarUdf.of("units", String.class, Long.class, s -> (long) s.length()));
      String wrong =
          "SELECT count(*) FROM %s WHERE (marked(s) IS DISTINCT FROM (s || '|')) OR (units(s) IS"
              + " DISTINCT FROM (character_length(s) + n))";
      assertThat(ctx.sql(wrong.formatted(rows)).toText(1)).contains("| 0 ");
    }
  }

  /** Column n says how many characters take two units in Java. */
  private static VectorSchemaRoot texts(BufferAllocator allocator) {
    Random random = new Random(7);
    IntVector pairs = new IntVector("n", allocator);
    VarCharVector texts = new VarCharVector("s", allocator);
    pairs.allocateNew(ROWS);
    texts.allocateNew();
    for (int row = 0; row < ROWS; row++) {
      int length = random.nextInt(97) == 0 ? LONG : random.nextInt(40);
      StringBuilder text = new StringBuilder();
      int wide = 0;
      for (int i = 0; i < length; i++) {
        switch (row % 13 == 0 ? random.nextInt(9) : 0) {
          case 1 -> text.append('é');
          case 2 -> text.append('\u0000');
          case 3 -> {
            text.append("😀");
            wide++;
          }
          default -> text.append((char) ('a' + random.nextInt(26)));
        }
      }
      pairs.set(row, wide);
      if (row % 11 != 5) {
        texts.setSafe(row, text.toString().getBytes(UTF_8));
      }
    }
    pairs.setValueCount(ROWS);
    texts.setValueCount(ROWS);
    return new VectorSchemaRoot(List.of(pairs, texts));
  }
}
