package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.Expr;
import io.datafusion.SessionContext;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.UnserializableFunctionException;
import io.datafusion.internal.message.CodeUnit;
import io.datafusion.internal.message.FunctionVolatility;
import io.datafusion.udf.ScalarFunction1;
import io.datafusion.udf.ScalarUdf;
import java.lang.ref.Reference;
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

  private void counting(String name) throws Exception {
    source(
        name + ".Counter",
        "class Counter { static double count; public static double next() { return ++count; } }");
    source(
        name + ".Count",
        "class Count %s { public Double apply(Double x) { return x + Counter.next(); } }"
            .formatted(FUNCTION));
    compile();
  }

  /** It is the class that is here already, with what is in it. */
  @Test
  void whereAFunctionWasDefinedItsOwnLoaderHasTheClasses() throws Exception {
    counting("home");
    ScalarUdf count = function(loader("home"), "home.Count", "home");
    assertThat(result(count.call(col("x")))).isEqualTo("3.5");
    assertThat(result(readBack(count))).isEqualTo("4.5");
    Reference.reachabilityFence(count);
  }

  /** The bytes were written in another process, so only a session shows the loader here. */
  @Test
  void sessionsShowTheClassLoaderAroundThem() throws Exception {
    counting("around");
    ClassLoader around = loader("around");
    ScalarUdf byValue = function(around, "around.Count");
    byte[] bytes =
        new InlinedCall(byValue.call(col("x")).toBytes(ctx))
            .withBody(
                body -> {
                  var callable = body.getCallableBuilder();
                  callable.getCarriedList().forEach(unit -> callable.addReferenced(name(unit)));
                  callable.clearCarried();
                });
    assertThatThrownBy(() -> result(Expr.fromBytes(ctx, bytes)))
        .isInstanceOf(UnresolvedFunctionException.class)
        .hasMessageContainingAll("around.Count", "the class loader of this library, 'app'");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(around);
    try (SessionContext other = SessionContext.create()) {
      assertThat(result(Expr.fromBytes(other, bytes))).isEqualTo("3.5");
    } finally {
      thread.setContextClassLoader(before);
    }
    Reference.reachabilityFence(around);
  }

  private static CodeUnit name(CodeUnit unit) {
    return CodeUnit.newBuilder().setName(unit.getName()).build();
  }

  @Test
  void classesOfSeveralLoadersAreNotChosenFrom() throws Exception {
    counting("several");
    ScalarUdf first = function(loader("first one"), "several.Count", "several");
    Expr unclear = readBack(first);
    ScalarUdf second = function(loader("second one"), "several.Count", "several");
    assertThat(result(first.call(col("x")))).isEqualTo("3.5");
    assertThat(result(second.call(col("x")))).isEqualTo("3.5");
    assertThatThrownBy(() -> result(unclear))
        .isInstanceOf(UnresolvedFunctionException.class)
        .hasMessageContainingAll("2 class loaders", "'first one' and 'second one'");
    Reference.reachabilityFence(List.of(first, second));
  }
}
