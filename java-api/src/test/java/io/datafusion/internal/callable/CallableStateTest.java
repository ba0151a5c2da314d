package io.datafusion.internal.callable;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which functions can differ though their bytes are equal. */
class CallableStateTest {
  @TempDir private static Path classes;

  @Test
  @SuppressWarnings("unchecked")
  void functionsWithStateAreTold() throws Exception {
    SampleClasses.compile(classes);
    URL[] urls = {classes.toUri().toURL()};
    var loader = new URLClassLoader(urls, SampleClasses.class.getClassLoader());
    var cases =
        (Map<String, Object[]>) loader.loadClass("samples.States").getMethod("cases").invoke(null);
    assertThat(cases).hasSizeGreaterThan(60);
    var stateful = new TreeSet<String>();
    for (var entry : cases.entrySet()) {
      if (CallableEncoder.encode(entry.getValue()[0], Set.of()).stateful()) {
        stateful.add(entry.getKey());
      }
    }
    assertThat(stateful)
        .containsExactlyInAnyOrderElementsOf(
            cases.keySet().stream().filter(name -> name.startsWith("state: ")).toList());
  }
}
