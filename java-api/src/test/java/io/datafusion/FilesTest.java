package io.datafusion;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of every format, written and read. */
class FilesTest {
  private static final List<List<Object>> ROWS =
      List.of(List.of(1L, "a", 1.5), List.of(2L, "b,c", 2.5), List.of(3L, "null", 3.5));

  @TempDir Path folder;
  private SessionContext ctx;
  private DataFrame data;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
    data =
        ctx.sql(
            "SELECT column1 AS id, column2 AS s, column3 AS x FROM (VALUES"
                + " (1, 'a', 1.5), (2, 'b,c', 2.5), (3, NULL, 3.5))");
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  private List<List<Object>> read(FileSource source) {
    return Results.of(ctx.read(source).sort(col("id").asc()));
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void parquetGoesOutAndIn() {
    long written =
        data.write(
            ParquetSink.of(path("t.parquet")).withCompression("zstd(3)").withDictionary(true));
    assertThat(written).isEqualTo(3);
    assertThat(read(Parquet.of(path("t.parquet")).withPruning(true).withFilterPushdown(true)))
        .isEqualTo(ROWS);
  }

  @Test
  void csvGoesOutAndIn() throws IOException {
    data.write(CsvSink.of(path("t.csv")).withDelimiter(';').withNullValue("-"));
    assertThat(Files.readString(folder.resolve("t.csv")))
        .isEqualTo("id;s;x\n1;a;1.5\n2;b,c;2.5\n3;-;3.5\n");
    assertThat(read(Csv.of(path("t.csv")).withDelimiter(';')))
        .containsExactly(ROWS.get(0), ROWS.get(1), List.of(3L, "-", 3.5));
  }

  @Test
  void csvRowsEndAsTheTerminatorSays() throws IOException {
    Files.writeString(folder.resolve("e.csv"), "id,s;1,a;2,b;");
    Csv source = Csv.of(path("e.csv")).withTerminator(';');
    assertThatThrownBy(() -> ctx.read(source))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("withSchema");
    var schema =
        new Schema(
            List.of(
                Field.nullable("id", new ArrowType.Int(64, true)),
                Field.nullable("s", ArrowType.Utf8.INSTANCE)));
    assertThat(read(source.withSchema(schema))).containsExactly(List.of(1L, "a"), List.of(2L, "b"));
  }

  @Test
  void csvWithoutHeaderTakesASchema() throws IOException {
    Files.writeString(folder.resolve("h.csv"), "# no\n1|'x|y'\n2|z\n");
    var schema =
        new Schema(
            List.of(
                Field.nullable("id", new ArrowType.Int(64, true)),
                Field.nullable("s", ArrowType.Utf8.INSTANCE)));
    assertThat(
            read(
                Csv.of(path("h.csv"))
                    .withHeader(false)
                    .withDelimiter('|')
                    .withQuote('\'')
                    .withComment('#')
                    .withSchema(schema)))
        .containsExactly(List.of(1L, "x|y"), List.of(2L, "z"));
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void textFilesAreCompressed(Compression compression) {
    data.write(CsvSink.of(path("c/")).withCompression(compression));
    data.write(NdJsonSink.of(path("j/")).withCompression(compression));
    String ending =
        switch (compression) {
          case UNCOMPRESSED -> "";
          case GZIP -> ".gz";
          case BZIP2 -> ".bz2";
          case XZ -> ".xz";
          case ZSTD -> ".zst";
        };
    assertThat(
            read(
                Csv.of(path("c/")).withCompression(compression).withFileExtension(".csv" + ending)))
        .hasSize(3);
    assertThat(
            read(
                NdJson.of(path("j/"))
                    .withCompression(compression)
                    .withFileExtension(".json" + ending)))
        .hasSize(3);
  }

  @Test
  void jsonLinesGoOutAndIn() throws IOException {
    data.write(NdJsonSink.of(path("t.json")));
    assertThat(Files.readString(folder.resolve("t.json")))
        .contains("{\"id\":1,\"s\":\"a\",\"x\":1.5}");
    assertThat(read(NdJson.of(path("t.json")).withInferenceRows(10))).isEqualTo(ROWS);
  }

  @Test
  void arrowGoesOutAndIn() {
    data.write(ArrowIpcSink.of(path("t.arrow")));
    assertThat(read(ArrowIpc.of(path("t.arrow")))).isEqualTo(ROWS);
  }

  @Test
  void avroIsRead() throws IOException {
    Files.write(folder.resolve("t.avro"), avro());
    assertThat(read(Avro.of(path("t.avro"))))
        .containsExactly(List.of(1L, "one"), List.of(2L, "two"));
  }

  /** An object container file without compression, by the Avro specification. */
  static byte[] avro() throws IOException {
    var out = new ByteArrayOutputStream();
    byte[] sync = new byte[16];
    out.write(new byte[] {'O', 'b', 'j', 1});
    long1(out, 1);
    text(out, "avro.schema");
    text(
        out,
        "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"},"
            + "{\"name\":\"s\",\"type\":\"string\"}]}");
    long1(out, 0);
    out.write(sync);
    var block = new ByteArrayOutputStream();
    long1(block, 1);
    text(block, "one");
    long1(block, 2);
    text(block, "two");
    long1(out, 2);
    long1(out, block.size());
    out.write(block.toByteArray());
    out.write(sync);
    return out.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long1(out, bytes.length);
    out.write(bytes);
  }

  private static void long1(ByteArrayOutputStream out, long value) {
    long zigzag = (value << 1) ^ (value >> 63);
    while (zigzag > 0x7f) {
      out.write((int) (zigzag & 0x7f | 0x80));
      zigzag >>>= 7;
    }
    out.write((int) zigzag);
  }

  @Test
  void partitionColumnsComeFromFolders() {
    data.write(ParquetSink.of(path("p/")).withPartitionBy("id"));
    assertThat(folder.resolve("p/id=2")).isDirectory();
    var id = Field.nullable("id", new ArrowType.Int(64, true));
    var source = Parquet.of(folder.resolve("p")).withPartitionColumns(id);
    ctx.register("p", source);
    assertThat(Results.of(ctx.sql("SELECT id, s, x FROM p ORDER BY id"))).isEqualTo(ROWS);
    assertThat(Results.of(ctx.table("p").filter(col("id").eq(lit(2L))).select("s")))
        .containsExactly(List.of("b,c"));
  }

  @Test
  void knownOrderingsSaveSorting() {
    data.sort(col("id").asc()).write(ParquetSink.of(path("o.parquet")).withSingleFile(true));
    ctx.register("o", Parquet.of(path("o.parquet")).withOrdering(col("id").asc().nullsLast()));
    String plan = ctx.sql("SELECT id FROM o ORDER BY id").executionPlan().display();
    assertThat(plan).doesNotContain("SortExec");
    assertThat(Results.of(ctx.sql("SELECT id FROM o ORDER BY id"))).hasSize(3);
  }

  @Test
  void severalFilesAreOneTable() {
    data.write(ParquetSink.of(path("a.parquet")));
    data.write(ParquetSink.of(path("b.parquet")));
    assertThat(ctx.read(Parquet.of(path("a.parquet"), path("b.parquet"))).count()).isEqualTo(6);
  }

  @Test
  void missingFilesAreNamed() {
    assertThatThrownBy(() -> ctx.read(Parquet.of(path("none.parquet"))).count())
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("none.parquet");
    var schema = new Schema(List.of(Field.nullable("id", new ArrowType.Int(64, true))));
    assertThat(read(Csv.of(path("none.csv")).withSchema(schema))).isEmpty();
  }

  @Test
  void fewerRowsThanNoneAreRefused() {
    assertThatThrownBy(() -> Csv.of("a").withInferenceRows(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> NdJson.of("a").withInferenceRows(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void unknownOptionsAreRefused() {
    Path file = folder.resolve("x.csv");
    assertThatThrownBy(
            () -> {
              Files.writeString(file, "a\n1\n");
              ctx.read(Csv.of(file).withOption("no_such_option", "1"));
            })
        .isInstanceOf(DataFusionException.class)
        .hasMessageContaining("no_such_option");
  }

  @Test
  void noPathIsRefused() {
    assertThatThrownBy(() -> Csv.of()).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void brokenParquetIsAnError() throws IOException {
    Files.write(folder.resolve("broken.parquet"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
    assertThatThrownBy(() -> ctx.read(Parquet.of(path("broken.parquet"))))
        .isInstanceOf(DataFusionException.class);
    assertThat(Results.one(ctx.sql("SELECT 1"))).isEqualTo(1L);
  }
}
