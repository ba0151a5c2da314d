package io.datafusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A path is that one file or folder, whatever its name has in it. */
class FileNamesTest {
  @TempDir Path folder;
  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  /** Beside most of these there is a file that the name is a pattern or another spelling of. */
  static Stream<String> names() {
    var names = Charset.forName(System.getProperty("sun.jnu.encoding")).newEncoder();
    return Stream.of(
            "a[1]",
            "a?",
            "a*",
            "[!x]",
            "a b",
            "a%31",
            "100%",
            "a#1",
            "größe 😀",
            "a+1&b=c;d'\"",
            "~a",
            "a:1",
            "{a,b}",
            "a\\1",
            "plain")
        .filter(names::canEncode);
  }

  private DataFrame one(int value) {
    return ctx.sql("SELECT " + value + " AS v");
  }

  private Object read(FileSource source) {
    return Results.one(ctx.read(source));
  }

  private List<String> files(Path where) throws IOException {
    try (Stream<Path> files = Files.list(where)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void exactlyThatFileIsWrittenAndRead(String name) throws IOException {
    for (String decoy : List.of("a1", "a b1", "x")) {
      for (String ending : List.of(".parquet", ".csv", ".json", ".arrow")) {
        Files.writeString(folder.resolve(decoy + ending), "v\nnot this one\n");
      }
    }
    List<String> before = files(folder);
    Path parquet = folder.resolve(name + ".parquet");
    Path csv = folder.resolve(name + ".csv");
    Path json = folder.resolve(name + ".json");
    Path arrow = folder.resolve(name + ".arrow");
    one(1).write(ParquetSink.of(parquet));
    one(2).write(CsvSink.of(csv));
    one(3).write(NdJsonSink.of(json));
    one(4).write(ArrowIpcSink.of(arrow));
    assertThat(List.of(parquet, csv, json, arrow)).allMatch(Files::isRegularFile);
    assertThat(files(folder)).hasSize(before.size() + 4);
    assertThat(read(Parquet.of(parquet))).isEqualTo(1L);
    assertThat(read(Csv.of(csv))).isEqualTo(2L);
    assertThat(read(NdJson.of(json))).isEqualTo(3L);
    assertThat(read(ArrowIpc.of(arrow))).isEqualTo(4L);
    ctx.register("t", Csv.of(csv));
    assertThat(Results.one(ctx.table("t"))).isEqualTo(2L);
  }

  @ParameterizedTest
  @MethodSource("names")
  void exactlyThatAvroFileIsRead(String name) throws IOException {
    Files.write(folder.resolve("a1.avro"), new byte[] {1});
    Path file = Files.write(folder.resolve(name + ".avro"), FilesTest.avro());
    assertThat(ctx.read(Avro.of(file)).count()).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("names")
  void exactlyThatFolderIsWrittenAndRead(String name) throws IOException {
    Path inside = Files.createDirectory(folder.resolve(name));
    one(1).write(CsvSink.of(inside));
    one(2).write(CsvSink.of(inside));
    assertThat(files(inside)).hasSize(2).allMatch(file -> file.endsWith(".csv"));
    assertThat(files(folder)).containsExactly(name);
    assertThat(ctx.read(Csv.of(inside)).count()).isEqualTo(2);
    ctx.sql("SELECT 3 AS v, 4 AS w")
        .write(ParquetSink.of(folder.resolve(name + "2")).withPartitionBy("v"));
    assertThat(folder.resolve(name + "2").resolve("v=3")).isDirectory();
  }

  /** Without an extension the engine would make a folder of it. */
  @Test
  void pathWithoutExtensionIsOneFile() throws IOException {
    Path file = folder.resolve("data");
    one(7).write(CsvSink.of(file));
    assertThat(Files.readString(file)).isEqualTo("v\n7\n");
    assertThat(read(Csv.of(file))).isEqualTo(7L);
    one(8).write(CsvSink.of(file).withHeader(false));
    assertThat(Files.readString(file)).isEqualTo("8\n");
  }

  @Test
  void relativePathIsOfTheWorkingDirectory() throws IOException {
    Path relative = Path.of("target", "relative [1].csv");
    Files.createDirectories(relative.getParent());
    try {
      one(5).write(CsvSink.of(relative));
      assertThat(Files.readString(relative)).isEqualTo("v\n5\n");
      assertThat(read(Csv.of(relative))).isEqualTo(5L);
    } finally {
      Files.deleteIfExists(relative);
    }
  }

  @Test
  void textMayBeAPatternOrAUrl() throws IOException {
    Files.writeString(folder.resolve("a1.csv"), "v\n1\n");
    Files.writeString(folder.resolve("a[1].csv"), "v\n2\n");
    assertThat(read(Csv.of(folder + "/a[1].csv"))).isEqualTo(1L);
    assertThat(ctx.read(Csv.of(folder + "/a*.csv")).count()).isEqualTo(2);
    assertThat(read(Csv.of(folder.toUri() + "a%5B1%5D.csv"))).isEqualTo(2L);
  }

  @Test
  void sinkThatIsAPatternIsRefused() {
    assertThatThrownBy(() -> CsvSink.of(folder + "/a[1].csv"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a[1].csv");
    assertThat(ParquetSink.of("s3://bucket/a?b=*").settings().path()).endsWith("a?b=*");
  }

  @Test
  void fileSystemThatTheEngineDoesNotSeeIsRefused() throws IOException {
    Path zip = folder.resolve("z.zip");
    try (FileSystem inside = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      assertThatThrownBy(() -> Csv.of(inside.getPath("/a.csv")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("file system");
    }
  }
}
