package io.datafusion.internal.callable;

import io.datafusion.internal.message.Callable;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Sample functions written in this JVM by a class loader that the reader does not know. */
final class Samples {
  private Samples() {}

  /** {@return the functions of a sample class that can travel, by name} */
  @SuppressWarnings("unchecked")
  static Map<String, Callable> encoded(Path classes, String type) throws Exception {
    var loader =
        new URLClassLoader(new URL[] {classes.toUri().toURL()}, Samples.class.getClassLoader());
    var cases = (Map<String, Object[]>) loader.loadClass(type).getMethod("cases").invoke(null);
    var encoded = new LinkedHashMap<String, Callable>();
    for (var entry : cases.entrySet()) {
      Object function = entry.getValue()[0];
      encoded.put(entry.getKey(), CallableEncoder.encode(function, Set.of()).toMessage());
    }
    return encoded;
  }
}
