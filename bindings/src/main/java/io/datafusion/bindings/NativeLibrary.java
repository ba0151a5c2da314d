package io.datafusion.bindings;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The native library {@code datafusion_c}: found, loaded and compared with the header on first use,
 * once for this class loader.
 *
 * <p>The first of these that is there is taken:
 *
 * <ol>
 *   <li>the symbols handed to {@link #use(SymbolLookup)};
 *   <li>the library for which the application called {@code System.loadLibrary("datafusion_c")} (or
 *       {@code System.load}), if it did so from a class of the same class loader as this one: the
 *       JVM shows the symbols of such a library to that class loader only. An application whose
 *       classes are in another class loader hands its symbols over through {@code use}, or names
 *       the file by the system property;
 *   <li>the system property {@code io.datafusion.library.path}: the library, or the folder it is
 *       in. If it is set, nothing after it is tried;
 *   <li>the library packed with these classes for this platform (see {@link PackedLibrary});
 *   <li>the folders of {@code java.library.path}.
 * </ol>
 *
 * <p>Several class loaders may each hold a copy of this class: they share one copy of the library
 * if they find the same file. The library is never unloaded, and calls back into each class loader
 * that loaded it: such a class loader stays, with all of its classes, until the JVM ends. Load this
 * class where it is loaded once, not with each plugin or each deployment.
 *
 * <p>Every failure is an {@link UnsatisfiedLinkError} that says what was tried and what to do. A
 * load that failed is tried anew at the next use; but a generated method whose first call failed
 * keeps failing, so call {@link #load()} first.
 */
public final class NativeLibrary {
  /** The name as {@code System.loadLibrary} takes it. */
  static final String NAME = "datafusion_c";

  private static final SymbolLookup SYMBOLS = new Symbols();

  private static volatile @Nullable LoadedLibrary loaded;

  private NativeLibrary() {}

  /**
   * {@return the symbols of the library, which is loaded when the first of them is looked up}
   *
   * <p>{@code findOrThrow} throws an {@link UnsatisfiedLinkError} that says which library lacks the
   * symbol.
   */
  public static SymbolLookup lookup() {
    return SYMBOLS;
  }

  /**
   * Loads the library if it is not loaded yet.
   *
   * @throws UnsatisfiedLinkError if it is missing, made for another header, or native access is
   *     denied to this module
   */
  public static void load() {
    library();
  }

  /**
   * {@return the address of this virtual machine's {@code JNI_GetCreatedJavaVMs}, by which native
   * code sees that it has ended; nothing where its library is elsewhere than in a JDK}
   */
  public static Optional<MemorySegment> createdMachines() {
    Path home = Path.of(System.getProperty("java.home"));
    String library = System.mapLibraryName("jvm");
    for (String folder : List.of("lib/server", "bin/server")) {
      Path path = home.resolve(folder).resolve(library);
      if (Files.exists(path)) {
        // open already, and never closed: this adds a count
        return SymbolLookup.libraryLookup(path, Arena.global()).find("JNI_GetCreatedJavaVMs");
      }
    }
    return Optional.empty();
  }

  /** {@return where the library came from, for messages; loads it if it is not loaded yet} */
  public static String origin() {
    return library().origin();
  }

  /**
   * Takes the symbols from there, for an application that loaded the library by itself.
   *
   * <p>An application writes {@code SymbolLookup.loaderLookup()} in the class whose loader loaded
   * the library. The symbols must stay valid until the JVM ends.
   *
   * @throws IllegalStateException if a library is loaded already
   * @throws UnsatisfiedLinkError if these are not the symbols of a library made for this header
   */
  public static synchronized void use(SymbolLookup symbols) {
    LoadedLibrary before = loaded;
    if (before != null) {
      throw new IllegalStateException(
          "The native library is loaded already, from " + before.origin());
    }
    loaded = LoadedLibrary.checked(symbols, "handed over by the application");
  }

  private static LoadedLibrary library() {
    LoadedLibrary known = loaded;
    return known != null ? known : loadOnce();
  }

  private static synchronized LoadedLibrary loadOnce() {
    LoadedLibrary known = loaded;
    if (known == null) {
      // Caller-sensitive: these are the symbols of the libraries that this class loader loaded.
      known = LibrarySearch.run(SymbolLookup.loaderLookup());
      loaded = known;
    }
    return known;
  }

  /** Loads on first use, so that constants and layouts can be had without the library. */
  private static final class Symbols implements SymbolLookup {
    @Override
    public Optional<MemorySegment> find(String name) {
      return library().symbols().find(name);
    }

    @Override
    public MemorySegment findOrThrow(String name) {
      return library().symbol(name);
    }
  }
}
