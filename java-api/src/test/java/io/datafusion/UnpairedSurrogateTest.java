package io.datafusion;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.udf.ScalarUdf;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Half of a surrogate pair is refused, since as UTF-8 it would silently be another text. */
class UnpairedSurrogateTest {
  private static final String HALF = "a\ud800b";
  private static SessionContext ctx;
  private static DataFrame frame;

  @BeforeAll
  static void open() {
    ctx = SessionContext.create();
    frame = ctx.sql("SELECT 1 AS n");
  }

  @AfterAll
  static void close() {
    ctx.close();
  }

  private static Named<Consumer<String>> at(String place, Consumer<String> use) {
    return Named.of(place, use);
  }

  static Stream<Named<Consumer<String>>> places() {
    var number = new ArrowType.Int(64, true);
    return Stream.of(
        at("constant", text -> lit(text)),
        at("large constant", text -> lit(text, Field.nullable("", ArrowType.LargeUtf8.INSTANCE))),
        at("SQL text", text -> ctx.sql("SELECT '" + text + "'")),
        at("parameter", text -> ctx.sql("SELECT $1", List.of(text))),
        at("name of a parameter", text -> ctx.sql("SELECT 1", Map.of(text, 1L))),
        at("expression text", text -> ctx.parseExpr("'" + text + "'", new Schema(List.of()))),
        at("column", text -> col(text)),
        at("table of a column", text -> col(text, "a")),
        at("alias", text -> col("n").alias(text)),
        at("call", text -> Functions.call(text)),
        at(
            "escape character",
            text ->
                new Operator.Like(
                    false,
                    false,
                    false,
                    text.chars()
                        .mapToObj(c -> (char) c)
                        .filter(Character::isSurrogate)
                        .findFirst())),
        at("placeholder", text -> Expr.placeholder(text)),
        at("function", text -> ScalarUdf.of(text, Long.class, Long.class, n -> n)),
        at("cast", text -> frame.select(col("n").cast(Field.nullable(text, number)))),
        at("null's field", text -> Expr.nullLit(list(text, number))),
        at("table", text -> ctx.table(text)),
        at("registered", text -> ctx.register(text, frame)),
        at("deregistered", text -> ctx.deregister(text)),
        at("frame's alias", text -> frame.alias(text)),
        at("new column", text -> frame.withColumn(text, lit(1))),
        at("renamed", text -> frame.renameColumn("n", text)),
        at("renamed from", text -> frame.renameColumn(text, "n")),
        at("dropped", text -> frame.dropColumns(text)),
        at("unnested", text -> frame.unnest(text)),
        at("join", text -> Join.on(text)),
        at("path", text -> Csv.of(text)),
        at("option", text -> Csv.of("a").withOption("k", text)),
        at("sink", text -> CsvSink.of(text)),
        at("sink's option", text -> CsvSink.of("a").withOption(text, "v")),
        at("partition", text -> CsvSink.of("a").withPartitionBy(text)),
        at("setting", text -> SessionContext.create(SessionConfig.of().with("datafusion.x", text))),
        at("given column", text -> ctx.read(Csv.of("a").withSchema(schema(text)))),
        at("batch", UnpairedSurrogateTest::registerBatch));
  }

  private static Schema schema(String name) {
    return new Schema(List.of(Field.nullable(name, new ArrowType.Int(64, true))));
  }

  private static Field list(String name, ArrowType type) {
    return new Field(
        "",
        org.apache.arrow.vector.types.pojo.FieldType.nullable(ArrowType.List.INSTANCE),
        List.of(Field.nullable(name, type)));
  }

  private static void registerBatch(String name) {
    try (var allocator = new RootAllocator();
        var root = VectorSchemaRoot.create(schema(name), allocator)) {
      ctx.register("batch", root);
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void halfIsRefused(Consumer<String> use) {
    for (String text : List.of(HALF, "\udc00", "x\ud800", "\udc00\ud800")) {
      assertThatThrownBy(() -> use.accept(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void messageSaysWhatAndWhere() {
    assertThatThrownBy(() -> ctx.sql("SELECT '" + HALF + "'"))
        .hasMessageContaining("SQL text")
        .hasMessageContaining("\\ud800")
        .hasMessageContaining("index 9");
  }

  @Test
  void pairsAreFine() {
    assertThat(Results.one(frame.select(lit("😀\ud83d\ude00")))).isEqualTo("😀😀");
  }

  /** What a user's code throws gets through, whatever its message is. */
  @Test
  void messagesOfExceptionsNeverFail() {
    var failing =
        ScalarUdf.of(
            "failing",
            Long.class,
            Long.class,
            n -> {
              throw new IllegalStateException("half: \ud800");
            });
    assertThatThrownBy(() -> frame.select(failing.call(col("n"))).toText(1))
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("half: \ud800");
  }
}
