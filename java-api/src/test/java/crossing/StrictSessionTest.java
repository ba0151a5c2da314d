package crossing;

import static io.datafusion.Expr.col;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import crossing.capsule.SecondCopy;
import io.datafusion.DataFrame;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.InliningRefusedException;
import io.datafusion.LogicalPlan;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionContext;
import io.datafusion.capsule.Capsule;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.ScalarUdf;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * contract 18: a strict session stays strict with an inlining session of another copy of the
 * library installed as a codec, whose functions and frames are foreign to it.
 */
class StrictSessionTest {
  private static final String LIBRARY_PATH = "io.datafusion.library.path";

  @TempDir static Path folder;

  private static Class<?> second;
  private static SessionContext session;
  private static SessionContext open;
  private static SessionContext strict;

  @BeforeAll
  static void open() throws Exception {
    session = SessionContext.create();
    loadSecondCopy();
    try (Capsule logical =
            Capsule.copyOf(Capsule.LOGICAL_EXTENSION_CODEC, address("logicalCodec"));
        Capsule physical =
            Capsule.copyOf(Capsule.PHYSICAL_EXTENSION_CODEC, address("physicalCodec"));
        Capsule function = Capsule.copyOf(Capsule.SCALAR_UDF, address("function"))) {
      session.register(function);
      open =
          session
              .withLogicalExtensionCodec(logical, "lib")
              .withPhysicalExtensionCodec(physical, "lib");
    }
    strict = open.withUdfInlining(UdfInlining.disabled());
    String rows = folder.resolve("rows.parquet").toString();
    session.sql("SELECT value AS n FROM range(0, 3)").write(ParquetSink.of(rows));
    session.register("rows", Parquet.of(rows));
  }

  /** Another class loader with its own copy of the classes, and another file for the library. */
  private static void loadSecondCopy() throws Exception {
    Path copy = folder.resolve("another-library.so");
    Files.copy(library(), copy);
    var urls = new ArrayList<URL>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    String before = System.setProperty(LIBRARY_PATH, copy.toString());
    try {
      // never closed: the sessions of the second copy live as long as the process
      var loader =
          new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
      second = loader.loadClass(SecondCopy.class.getName());
      assertThat(address("function")).isNotZero();
    } finally {
      if (before == null) {
        System.clearProperty(LIBRARY_PATH);
      } else {
        System.setProperty(LIBRARY_PATH, before);
      }
    }
    Class<?> loaded = second.getClassLoader().loadClass("io.datafusion.bindings.NativeLibrary");
    assertThat(loaded.getMethod("origin").invoke(null).toString()).contains(copy.toString());
  }

  private static Path library() throws IOException {
    String root = System.getProperty("io.datafusion.test.root");
    try (Stream<Path> files = Files.walk(Path.of(root, "target", "native"))) {
      return files
          .filter(file -> file.endsWith(System.mapLibraryName("datafusion_c")))
          .findFirst()
          .orElseThrow();
    }
  }

  private static long address(String what) throws ReflectiveOperationException {
    return (long) second.getMethod(what).invoke(null);
  }

  @AfterAll
  static void close() {
    strict.close();
    open.close();
    session.close();
  }

  /** The three forms of bytes. */
  enum Form {
    EXPRESSION,
    LOGICAL,
    PHYSICAL;

    byte[] written(SessionContext sender) {
      String query = "SELECT plus_one(n) AS x FROM rows";
      return switch (this) {
        case EXPRESSION ->
            sender.parseExpr("plus_one(n)", sender.table("rows").schema()).toBytes(sender);
        case LOGICAL -> sender.sql(query).logicalPlan().toBytes(sender);
        case PHYSICAL -> sender.sql(query).executionPlan().toBytes(sender);
      };
    }

    Object read(SessionContext receiver, byte[] bytes) {
      return switch (this) {
        case EXPRESSION -> Expr.fromBytes(receiver, bytes);
        case LOGICAL -> LogicalPlan.fromBytes(receiver, bytes);
        case PHYSICAL -> ExecutionPlan.fromBytes(receiver, bytes);
      };
    }

    String rows(SessionContext receiver, byte[] bytes) {
      return switch (this) {
        case EXPRESSION ->
            Rows.of(receiver.table("rows").select(Expr.fromBytes(receiver, bytes)).execute());
        case LOGICAL ->
            Rows.of(receiver.dataFrame(LogicalPlan.fromBytes(receiver, bytes)).execute());
        case PHYSICAL -> Rows.of(receiver.execute(ExecutionPlan.fromBytes(receiver, bytes)));
      };
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  /** Else what follows would show nothing: without the policy the code goes out and comes in. */
  @ParameterizedTest
  @EnumSource
  void theCodecOfTheOtherCopyInlines(Form form) {
    byte[] bytes = form.written(open);
    assertThat(text(bytes)).contains("DFPYCHN\u0001\u0003\0\0\0libDFJVUDF");
    assertThat(form.rows(open, bytes)).isEqualTo("1\n2\n3\n");
  }

  @ParameterizedTest
  @EnumSource
  void namesGoOut(Form form) {
    byte[] bytes = form.written(strict);
    assertThat(text(bytes)).contains("plus_one").doesNotContain("DFJV", "DFPYCHN");
    assertThat(form.rows(strict, bytes)).isEqualTo("1\n2\n3\n");
  }

  @ParameterizedTest
  @EnumSource
  void whatTheOtherCopyWroteStaysOut(Form form) {
    assertRefused(form, form.written(open));
  }

  @ParameterizedTest
  @EnumSource
  void framesStayOutBareAndInEveryEnvelope(Form form) {
    byte[] bytes = form.written(open);
    assertRefused(form, with(bytes, frame -> frame));
    assertRefused(form, with(bytes, frame -> Payloads.enveloped("io.datafusion.inline", frame)));
    assertRefused(
        form,
        with(
            bytes,
            frame -> Payloads.enveloped("lib", Payloads.enveloped("io.datafusion.inline", frame))));
    assertRefused(
        form, with(bytes, frame -> Payloads.enveloped("lib", Payloads.enveloped("lib", frame))));
    ByteString python = ByteString.copyFromUtf8("DFPYUDF\u0001\u0003\u000bcode");
    assertRefused(form, with(bytes, _ -> Payloads.enveloped("lib", python)));
  }

  private static byte[] with(byte[] bytes, UnaryOperator<ByteString> made) {
    byte[] other = Payloads.replaced(bytes, payload -> made.apply(Payloads.opened(payload)));
    assertThat(other).isNotEqualTo(bytes);
    return other;
  }

  private static void assertRefused(Form form, byte[] bytes) {
    assertThatThrownBy(() -> form.read(strict, bytes))
        .isInstanceOf(InliningRefusedException.class)
        .hasMessageContaining("'plus_one'")
        .hasMessageContaining("disabled");
  }

  /** A function of this copy is no more let out by the other one. */
  @ParameterizedTest
  @EnumSource
  void functionsOfThisCopyGoOutByName(Form form) {
    Expr call = ScalarUdf.of("mine", Long.class, Long.class, n -> n + 1).call(col("n"));
    DataFrame rows = session.table("rows").select(call);
    for (SessionContext sender : List.of(strict, open)) {
      byte[] bytes =
          switch (form) {
            case EXPRESSION -> call.toBytes(sender);
            case LOGICAL -> rows.logicalPlan().toBytes(sender);
            case PHYSICAL -> rows.executionPlan().toBytes(sender);
          };
      assertThat(text(bytes).contains("io.datafusion.inlineDFJVUDF")).isEqualTo(sender == open);
      assertThat(text(bytes).contains("DFJV")).isEqualTo(sender == open);
    }
  }
}
