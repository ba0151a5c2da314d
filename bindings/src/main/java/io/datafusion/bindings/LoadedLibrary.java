package io.datafusion.bindings;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A library that is open and was made for the header of these bindings.
 *
 * @param symbols what it exports
 * @param origin the file, or how else it came here
 */
record LoadedLibrary(SymbolLookup symbols, String origin) {
  private static final String REMEDY = "use the library and the jars of one release";
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /**
   * {@return the library, after its header was compared with ours}
   *
   * @throws UnsatisfiedLinkError if it was made for another header, or is another library
   */
  static LoadedLibrary checked(SymbolLookup symbols, String origin) {
    var library = new LoadedLibrary(symbols, origin);
    try {
      library.checkVersion();
      library.checkHash();
    } catch (IllegalCallerException e) {
      throw NativeAccess.denied(e);
    }
    return library;
  }

  /** {@return the address of that symbol} */
  MemorySegment symbol(String name) {
    return symbols
        .find(name)
        .orElseThrow(
            () ->
                new UnsatisfiedLinkError(
                    "The native library %s has no symbol %s, which these bindings call: %s."
                        .formatted(origin, name, REMEDY)));
  }

  /** First, since what the hash function is like might depend on the version. */
  private void checkVersion() {
    int version = (int) call("df_abi_version", ValueLayout.JAVA_INT);
    if (version != HeaderHash.ABI_VERSION) {
      throw mismatch(
          "ABI version " + Integer.toUnsignedString(version),
          "ABI version " + HeaderHash.ABI_VERSION);
    }
  }

  private void checkHash() {
    var text = (MemorySegment) call("df_abi_header_hash", ValueLayout.ADDRESS);
    if (text.address() == 0) {
      throw mismatch("no header hash", "header hash " + HeaderHash.SHA_256);
    }
    String hash = hash(text);
    if (!hash.equals(HeaderHash.SHA_256)) {
      String found =
          HASH.matcher(hash).matches() ? "header hash " + hash : "an unreadable header hash";
      throw mismatch(found, "header hash " + HeaderHash.SHA_256);
    }
  }

  /** Reads no further than a hash and its NUL are long, whatever is there. */
  private static String hash(MemorySegment text) {
    try {
      return text.reinterpret(HeaderHash.SHA_256.length() + 1L)
          .getString(0, StandardCharsets.US_ASCII);
    } catch (IndexOutOfBoundsException e) {
      return "";
    }
  }

  private Object call(String name, MemoryLayout result) {
    MethodHandle handle =
        Linker.nativeLinker().downcallHandle(symbol(name), FunctionDescriptor.of(result));
    try {
      return handle.invoke();
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall threw", e);
    }
  }

  private UnsatisfiedLinkError mismatch(String found, String expected) {
    return new UnsatisfiedLinkError(
        "The native library %s has %s, but these bindings were made for %s: %s."
            .formatted(origin, found, expected, REMEDY));
  }
}
