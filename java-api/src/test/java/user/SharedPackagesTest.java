package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.Expr;
import io.datafusion.SessionContext;
import io.datafusion.UnserializableFunctionException;
import io.datafusion.internal.message.FunctionVolatility;
import io.datafusion.udf.ScalarFunction1;
import io.datafusion.udf.ScalarUdf;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** contract 12: which class it is that travels by reference, in processes of many class loaders. */
class SharedPackagesTest {
  private static final String FUNCTION =
      "implements io.datafusion.udf.ScalarFunction1<Double, Double>";

  @TempDir Path folder;
  private final List<String> arguments = new ArrayList<>();
  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  private void source(String type, String text) throws Exception {
    Path file = folder.resolve(type.replace('.', '/') + ".java");
    Files.createDirectories(file.getParent());
    int end = type.lastIndexOf('.');
    Files.writeString(file, "package " + type.substring(0, end) + "; public " + text);
    arguments.add(file.toString());
  }

  private void compile() {
    arguments.addAll(List.of("-d", folder.toString(), "-nowarn"));
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, arguments.toArray(String[]::new)))
        .isZero();
  }

  private ClassLoader loader(String name) throws Exception {
    return new URLClassLoader(
        name, new URL[] {folder.toUri().toURL()}, SharedPackagesTest.class.getClassLoader());
  }

  @SuppressWarnings("unchecked")
  private static ScalarUdf function(ClassLoader loader, String type, String... shared)
      throws Exception {
    var function =
        (ScalarFunction1<Double, Double>) loader.loadClass(type).getConstructor().newInstance();
    return ScalarUdf.of("f", Double.class, Double.class, function).withShared(shared);
  }

  /** Read back under another digest, so that it is what came out of the bytes that runs. */
  private Expr readBack(ScalarUdf function) throws Exception {
    byte[] bytes =
        new InlinedCall(function.call(col("x")).toBytes(ctx))
            .withBody(body -> body.setVolatility(FunctionVolatility.FUNCTION_VOLATILITY_VOLATILE));
    return Expr.fromBytes(ctx, bytes);
  }

  private String result(Expr expr) {
    String table = ctx.sql("SELECT 2.5 AS x").select(expr.alias("r")).toText(1);
    return table.lines().skip(3).findFirst().orElseThrow().replaceAll("[| ]", "");
  }

  /** The receiver's class would mean its own, and take none of those that came. */
  @Test
  void whatIsSharedMustNotMentionWhatTravels() throws Exception {
    source("us.Money", "record Money(double amount) {}");
    source(
        "sh.Rates",
        "class Rates { static double vat(Object o) { return o instanceof us.Money m ? m.amount() :"
            + " -1; } }");
    source(
        "sh.Entry", "class Entry { public static double vat(Object o) { return Rates.vat(o); } }");
    source(
        "app.Vat",
        "class Vat %s { public Double apply(Double x) { return sh.Entry.vat(new us.Money(x)); } }"
            .formatted(FUNCTION));
    compile();
    ScalarUdf half = function(loader("mention"), "app.Vat", "sh");
    assertThat(result(half.call(col("x")))).isEqualTo("2.5");
    assertThatThrownBy(() -> half.call(col("x")).toBytes(ctx))
        .isInstanceOf(UnserializableFunctionException.class)
        .hasMessageContainingAll("'f'", "sh.Rates", "mentions us.Money", "or neither of the two");
    for (ScalarUdf remedied : List.of(half.withShared("sh", "us"), half.withShared())) {
      assertThat(result(readBack(remedied))).isEqualTo("2.5");
    }
  }

  /** What a shared class needs besides, and the function does not, is the receiver's own matter. */
  @Test
  void whatIsSharedMayMentionWhatDoesNotTravel() throws Exception {
    source("us2.Money", "record Money(double amount) {}");
    source(
        "sh2.Rates",
        "class Rates { public static double half(double x) { return new us2.Money(x / 2).amount();"
            + " } }");
    source(
        "app2.Half",
        "class Half %s { public Double apply(Double x) { return sh2.Rates.half(x); } }"
            .formatted(FUNCTION));
    compile();
    assertThat(result(readBack(function(loader("own matter"), "app2.Half", "sh2"))))
        .isEqualTo("1.25");
  }
}
