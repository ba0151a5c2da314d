package io.datafusion.internal.boundary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.ExecutionException;
import io.datafusion.SessionContext;
import io.datafusion.bindings.NativeLibrary;
import io.datafusion.capsule.Capsule;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two class loaders that share the library use each other's tables and functions. */
class LoadersTest {
  private static Class<?> other;

  private SessionContext ctx;

  @BeforeAll
  static void load() throws Exception {
    var urls = new ArrayList<URL>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    // never closed: what it lends lives as long as the process
    var loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    other = loader.loadClass(OtherLoader.class.getName());
    assertThat(other).isNotSameAs(OtherLoader.class);
    assertThat(other.getMethod("library").invoke(null)).isEqualTo(NativeLibrary.origin());
  }

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  private static Capsule capsule(String name, String what) throws ReflectiveOperationException {
    return Capsule.copyOf(name, (long) other.getMethod(what).invoke(null));
  }

  /** Whatever this loader has under the numbers that the other one gives next. */
  @Test
  void anErrorOfTheOtherLoaderHasNoCauseAndNoneOfOurs() throws Exception {
    try (Capsule table = capsule(Capsule.TABLE_PROVIDER, "failingTable")) {
      ctx.register("failing", table);
    }
    var ours = new IllegalStateException("of this loader");
    var held = new ArrayList<Long>();
    for (int i = 0; i < 1_000; i++) {
      held.add(Upcalls.hold(i % 2 == 0 ? ours : this));
    }
    try {
      other.getMethod("takeHandles", long.class).invoke(null, held.getFirst());
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> ctx.table("failing").toText(1))
            .isInstanceOf(ExecutionException.class)
            .hasMessageContaining("the other loader's reader fails")
            .hasNoCause();
      }
    } finally {
      held.forEach(Upcalls::drop);
    }
  }

  @Test
  void aFunctionOfTheOtherLoaderRunsInASessionOfItsOwn() throws Exception {
    ctx.sql("CREATE TABLE who AS VALUES ('this loader')");
    try (Capsule function = capsule(Capsule.TABLE_FUNCTION, "tableFunction")) {
      ctx.register("asks", function);
    }
    assertThat(ctx.sql("SELECT * FROM asks()").toText(1)).contains("the other loader");
  }
}
