package io.datafusion.bindings;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The compiled classes of the bindings without the native library that the build packs with them.
 */
final class BindingsClasses {
  private static final String PACKAGE = "io/datafusion/bindings/";

  private final Map<String, Path> entries = new LinkedHashMap<>();

  private BindingsClasses() {}

  static BindingsClasses alone() throws IOException {
    var classes = new BindingsClasses();
    Path root = classPathEntry(NativeLibrary.class);
    try (Stream<Path> files = Files.list(root.resolve(PACKAGE))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        classes.entries.put(PACKAGE + file.getFileName(), file);
      }
    }
    classes.entries.put("module-info.class", root.resolve("module-info.class"));
    return classes;
  }

  /** Packs that file as the library for this platform, or beside it. */
  BindingsClasses with(Path file, String name) {
    entries.put(PACKAGE + "native/" + Platform.current() + '/' + name, file);
    return this;
  }

  Path inFolder(Path folder) throws IOException {
    for (var entry : entries.entrySet()) {
      Path target = folder.resolve(entry.getKey());
      Files.createDirectories(target.getParent());
      Files.copy(entry.getValue(), target);
    }
    return folder;
  }

  Path inJar(Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        var archive = new JarOutputStream(file)) {
      for (var entry : entries.entrySet()) {
        archive.putNextEntry(new JarEntry(entry.getKey()));
        Files.copy(entry.getValue(), archive);
      }
    }
    return jar;
  }

  /** {@return the folder or jar that the class was loaded from} */
  static Path classPathEntry(Class<?> type) {
    return Path.of(
        java.net.URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }
}
