package io.datafusion.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * design.md section 6: nothing but {@code --enable-native-access}; the error names the exact flag.
 */
class NativeAccessTest {
  private static final String DENY = "--illegal-native-access=deny";
  private static final String ANSWER = String.valueOf(SmallLibrary.ANSWER);

  /** Stands in for the module that the bindings are exported to. */
  private static final String MAIN =
      """
      package io.datafusion;

      public final class Main {
        public static void main(String[] arguments) {
          try {
            io.datafusion.bindings.NativeLibrary.load();
            System.out.println(
                io.datafusion.bindings.datafusion_c_h.df_error_code(
                    java.lang.foreign.MemorySegment.NULL));
          } catch (Throwable e) {
            System.out.println(e + " / " + e.getCause().getClass().getSimpleName());
          }
        }
      }
      """;

  @TempDir Path folder;
  private Path home;
  private Path library;
  private Path bindings;

  @BeforeEach
  void makeBindings() throws Exception {
    home = Files.createDirectory(folder.resolve("home"));
    library = SmallLibrary.matching(folder.resolve("named"));
    bindings = BindingsClasses.alone().inFolder(folder.resolve("classes"));
  }

  private ChildJvm modular(String... options) throws Exception {
    Path sources = Files.createDirectories(folder.resolve("sources/io/datafusion")).getParent();
    Path info = sources.resolveSibling("module-info.java");
    Files.writeString(info, "module io.datafusion { requires io.datafusion.bindings; }");
    Path main = Files.writeString(sources.resolve("datafusion/Main.java"), MAIN);
    Path classes = folder.resolve("main");
    var messages = new StringWriter();
    var compiler = ToolProvider.getSystemJavaCompiler();
    var arguments = List.of("-d", classes.toString(), "--module-path", bindings.toString());
    try (var manager = compiler.getStandardFileManager(null, null, null)) {
      var units = manager.getJavaFileObjects(info, main);
      assertThat(compiler.getTask(messages, manager, null, arguments, null, units).call())
          .as(messages.toString())
          .isTrue();
    }
    var jvm = new ChildJvm(home).property("io.datafusion.library.path", library);
    for (String option : options) {
      jvm.option(option);
    }
    return jvm.module("io.datafusion/io.datafusion.Main", bindings, classes);
  }

  @Test
  void deniedOnTheClassPathItNamesTheFlagForAllUnnamed() throws Exception {
    var jvm = new ChildJvm(home).onlyClassPath(bindings).option(DENY);
    var result = jvm.property("io.datafusion.library.path", library).run("load", "load");
    assertThat(result.step(0))
        .isEqualTo(
            "UnsatisfiedLinkError: This JVM denies native access to the DataFusion bindings:"
                + " start java with --enable-native-access=ALL-UNNAMED.");
    assertThat(result.step(1)).isEqualTo(result.step(0));
  }

  @Test
  void deniedOnTheModulePathItNamesTheFlagForTheModule() throws Exception {
    assertThat(modular(DENY).run().step(0))
        .isEqualTo(
            "java.lang.UnsatisfiedLinkError: This JVM denies native access to the DataFusion"
                + " bindings: start java with --enable-native-access=io.datafusion.bindings. /"
                + " IllegalCallerException");
  }

  @Test
  void theFlagForTheModuleIsAllThatIsNeeded() throws Exception {
    var result = modular(DENY, "--enable-native-access=io.datafusion.bindings").run();
    assertThat(result.steps()).containsExactly(ANSWER);
    assertThat(result.errors()).isEmpty();
  }

  @Test
  void symbolsHandedOverNeedTheFlagToo() throws Exception {
    // Looking up is free, calling is not: the check of the header is the first call.
    var result = new ChildJvm(home).onlyClassPath(bindings).option(DENY).run("use-fake");
    assertThat(result.step(0)).contains("--enable-native-access=ALL-UNNAMED");
  }
}
