package io.datafusion.bindings;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One search for the library, in the order that {@link NativeLibrary} documents. */
final class LibrarySearch {
  static final String PATH_PROPERTY = "io.datafusion.library.path";

  private final String fileName = System.mapLibraryName(NativeLibrary.NAME);
  private final List<String> tried = new ArrayList<>();

  private LibrarySearch() {}

  /**
   * {@return the first library found, opened and checked}
   *
   * @param ofApplication the symbols of libraries that the application loaded by itself
   */
  static LoadedLibrary run(SymbolLookup ofApplication) {
    if (ofApplication.find("df_abi_version").isPresent()) {
      return LoadedLibrary.checked(ofApplication, "loaded by the application");
    }
    var search = new LibrarySearch();
    try {
      return open(search.file());
    } catch (IOException e) {
      throw failure("The native library could not be unpacked (" + e + "): " + remedy(), e);
    }
  }

  private Path file() throws IOException {
    String named = System.getProperty(PATH_PROPERTY, "");
    if (!named.isEmpty()) {
      return named(named);
    }
    Platform platform = Platform.current();
    var packed = new PackedLibrary(platform, fileName).file();
    if (packed.isPresent()) {
      return packed.get();
    }
    tried.add("no library for " + platform + " is packed with " + codeSource());
    return onLibraryPath();
  }

  private Path named(String named) {
    Path path = Path.of(named).toAbsolutePath();
    Path file = Files.isDirectory(path) ? path.resolve(fileName) : path;
    if (!Files.isRegularFile(file)) {
      throw new UnsatisfiedLinkError(
          "There is no file %s, which the system property %s=%s names: set it to %s or its folder."
              .formatted(file, PATH_PROPERTY, named, fileName));
    }
    return file;
  }

  private Path onLibraryPath() {
    for (String folder :
        System.getProperty("java.library.path", "").split(File.pathSeparator, -1)) {
      // As the JVM reads it: an empty entry is the current folder.
      Path file = Path.of(folder.isEmpty() ? "." : folder).toAbsolutePath().resolve(fileName);
      if (Files.isRegularFile(file)) {
        return file.normalize();
      }
      tried.add("there is no " + file.normalize());
    }
    throw new UnsatisfiedLinkError(
        "The native library %s was not found: the system property %s is not set; %s. %s"
            .formatted(fileName, PATH_PROPERTY, String.join("; ", tried), remedy()));
  }

  /** Opened in the global arena: closing it would unmap code that other threads run. */
  private static LoadedLibrary open(Path file) {
    SymbolLookup symbols;
    try {
      symbols = SymbolLookup.libraryLookup(file, Arena.global());
    } catch (IllegalCallerException e) {
      throw NativeAccess.denied(e);
    } catch (IllegalArgumentException e) {
      String reason = OpenFailure.reason(file).orElse("the system gives no reason");
      throw failure(
          "The native library %s cannot be opened on %s: %s. %s"
              .formatted(file, Platform.current(), reason, remedy()),
          e);
    }
    return LoadedLibrary.checked(symbols, file.toString());
  }

  private static String remedy() {
    return "Put the jar that holds the library for this platform on the class path or module path,"
        + " or set the system property "
        + PATH_PROPERTY
        + " to the library or its folder.";
  }

  private static String codeSource() {
    var source = LibrarySearch.class.getProtectionDomain().getCodeSource();
    return source == null ? "these classes" : String.valueOf(source.getLocation());
  }

  private static UnsatisfiedLinkError failure(String message, Throwable cause) {
    var error = new UnsatisfiedLinkError(message);
    error.initCause(cause);
    return error;
  }
}
