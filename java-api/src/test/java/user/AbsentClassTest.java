package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.Expr;
import io.datafusion.SessionContext;
import io.datafusion.internal.message.CodeUnit;
import io.datafusion.internal.message.FunctionVolatility;
import io.datafusion.udf.ScalarFunction1;
import io.datafusion.udf.ScalarUdf;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Code may name an optional class that is nowhere, as long as it does not run into it. */
class AbsentClassTest {
  private static final String SOURCE =
      """
      package optional;

      public final class Greeting implements io.datafusion.udf.ScalarFunction1<String, String> {
        public String apply(String x) {
          Object part;
          if (x.isEmpty()) {
            part = new Absent();
          } else {
            part = x;
          }
          return "hello " + part;
        }

        static String unreached() {
          return "never";
        }
      }

      final class Absent {}
      """;

  @Test
  @SuppressWarnings("unchecked")
  void codeThatNamesOneTravelsAndRuns(@TempDir Path folder) throws Exception {
    Path source = Files.writeString(folder.resolve("Greeting.java"), SOURCE);
    String[] arguments = {"-d", folder.toString(), source.toString()};
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments)).isZero();
    Files.delete(folder.resolve("optional/Absent.class"));
    try (var loader =
            new URLClassLoader(
                new java.net.URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
        SessionContext ctx = SessionContext.create()) {
      var greeting =
          (ScalarFunction1<String, String>)
              loader.loadClass("optional.Greeting").getConstructor().newInstance();
      Expr call = ScalarUdf.of("greet", String.class, String.class, greeting).call(col("s"));
      var sent = new InlinedCall(call.toBytes(ctx));
      assertThat(sent.body().getCallable().getCarriedList())
          .extracting(CodeUnit::getName)
          .containsExactly("optional.Greeting");
      // another digest, so that it is the code out of the bytes that runs
      byte[] bytes =
          sent.withBody(
              body -> body.setVolatility(FunctionVolatility.FUNCTION_VOLATILITY_VOLATILE));
      Expr back = Expr.fromBytes(ctx, bytes);
      assertThat(ctx.sql("SELECT 'you' AS s").select(back.alias("r")).toText(1))
          .contains("| hello you |");
    }
  }
}
