package io.datafusion.bindings.generator;

import io.datafusion.bindings.CSource;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.tools.ToolProvider;

/**
 * The classes of a small header, generated, compiled and loaded, and the C library behind them. The
 * symbol lookup is not that of the product: the one line that a swap with jextract changes.
 */
final class CompiledHeader {
  private static final String PACKAGE = "small";

  private final ClassLoader loader;

  private CompiledHeader(ClassLoader loader) {
    this.loader = loader;
  }

  /** Generates and compiles into that folder; the C text sees the header as {@code small.h}. */
  static CompiledHeader of(Path folder, String header, String c) throws Exception {
    String guarded =
        "#pragma once\n#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n";
    // A header must have the version that HeaderHash is made of.
    String whole = guarded + "#define DF_ABI_VERSION 7\n" + header;
    Files.writeString(folder.resolve("small.h"), whole);
    Path library = CSource.compile(folder.resolve("libsmall.so"), "#include \"small.h\"\n" + c);
    String lookup =
        "SymbolLookup.libraryLookup(java.nio.file.Path.of(\"%s\"), Arena.global())"
            .formatted(library);
    SourceText source = SourceText.of("small.h", whole);
    List<GeneratedFile> files = Bindings.of(source, new Target(PACKAGE, "small_h", lookup));
    return new CompiledHeader(compile(folder, files));
  }

  private static ClassLoader compile(Path folder, List<GeneratedFile> files) throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    List<String> arguments = new ArrayList<>();
    // The doc comments are part of what is generated: wrong ones are errors too.
    arguments.addAll(List.of("-d", classes.toString(), "-Xdoclint:all,-missing", "-Werror"));
    for (GeneratedFile file : files) {
      Path path = folder.resolve("sources").resolve(file.path());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.text());
      arguments.add(path.toString());
    }
    var messages = new StringWriter();
    var compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options = arguments.subList(0, 4);
    try (var manager = compiler.getStandardFileManager(null, null, null)) {
      var units = manager.getJavaFileObjectsFromStrings(arguments.subList(4, arguments.size()));
      if (!compiler.getTask(messages, manager, null, options, null, units).call()) {
        throw new IllegalStateException(messages.toString());
      }
    }
    return new URLClassLoader(new URL[] {classes.toUri().toURL()});
  }

  Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName(PACKAGE + '.' + name, true, loader);
  }

  /** Calls a static method of the header class. */
  Object call(String method, Object... arguments) throws Exception {
    return call(type("small_h"), method, arguments);
  }

  /** Calls the static method of that name that takes those arguments. */
  static Object call(Class<?> type, String method, Object... arguments) throws Exception {
    for (Method candidate : type.getMethods()) {
      if (candidate.getName().equals(method) && accepts(candidate, arguments)) {
        try {
          return candidate.invoke(null, arguments);
        } catch (InvocationTargetException e) {
          if (e.getCause() instanceof Error error) {
            throw error;
          }
          throw (Exception) e.getCause();
        }
      }
    }
    throw new NoSuchMethodException(type + "." + method + Arrays.toString(arguments));
  }

  private static boolean accepts(Method method, Object... arguments) {
    Class<?>[] types = method.getParameterTypes();
    if (types.length != arguments.length) {
      return false;
    }
    for (int i = 0; i < types.length; i++) {
      Class<?> boxed = MethodType.methodType(types[i]).wrap().returnType();
      if (arguments[i] != null && !boxed.isInstance(arguments[i])) {
        return false;
      }
    }
    return true;
  }
}
