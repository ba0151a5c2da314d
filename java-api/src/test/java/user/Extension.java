package user;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.datafusion.SessionContext;
import io.datafusion.capsule.Capsule;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** A library of another project in this process: native/extension-example. */
final class Extension {
  static final Extension FIRST = new Extension("");

  /** The same code in another file: another library to the loader. */
  static final Extension SECOND = new Extension("_2");

  /** The fixtures, by their numbers, and the names of their structs. */
  enum Fixture {
    TRIPLE(Capsule.SCALAR_UDF),
    TOTAL(Capsule.AGGREGATE_UDF),
    POSITION(Capsule.WINDOW_UDF),
    CITIES(Capsule.TABLE_PROVIDER),
    CITIES_UP_TO(Capsule.TABLE_FUNCTION),
    SCHEMA(Capsule.SCHEMA_PROVIDER),
    CATALOG(Capsule.CATALOG_PROVIDER),
    COUNTING_LOGICAL(Capsule.LOGICAL_EXTENSION_CODEC),
    REFUSING_LOGICAL(Capsule.LOGICAL_EXTENSION_CODEC),
    SILENT_LOGICAL(Capsule.LOGICAL_EXTENSION_CODEC),
    OLD_LOGICAL(Capsule.LOGICAL_EXTENSION_CODEC),
    COUNTING_PHYSICAL(Capsule.PHYSICAL_EXTENSION_CODEC),
    PANICS(Capsule.SCALAR_UDF);

    final String name;

    Fixture(String name) {
      this.name = name;
    }
  }

  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle live;
  private final MethodHandle calls;

  private Extension(String suffix) {
    Path path =
        Path.of("../target/extension")
            .resolve(System.mapLibraryName("datafusion_extension_example" + suffix));
    SymbolLookup library = SymbolLookup.libraryLookup(path, Arena.global());
    this.open = handle(library, "open", ADDRESS, JAVA_INT, ADDRESS);
    this.close = handle(library, "close", null, JAVA_INT, ADDRESS, JAVA_BOOLEAN);
    this.live = handle(library, "live", JAVA_LONG);
    this.calls = handle(library, "calls", JAVA_LONG, JAVA_INT);
  }

  private static MethodHandle handle(
      SymbolLookup library, String name, MemoryLayout result, MemoryLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(
            library.find("datafusion_extension_" + name).orElseThrow(),
            result == null
                ? FunctionDescriptor.ofVoid(arguments)
                : FunctionDescriptor.of(result, arguments));
  }

  /** {@return the address of a fixture's struct; filters travel by the session's codec} */
  long open(Fixture fixture, SessionContext host) {
    try (Capsule codec = host.logicalExtensionCodec()) {
      MemorySegment address = MemorySegment.ofAddress(codec.address());
      return ((MemorySegment) open.invokeExact(fixture.ordinal(), address)).address();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  void close(Fixture fixture, long address, boolean adopted) {
    try {
      close.invokeExact(fixture.ordinal(), MemorySegment.ofAddress(address), adopted);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** {@return a fixture, cloned; the library's own struct is released} */
  Capsule capsule(Fixture fixture, SessionContext host) {
    long address = open(fixture, host);
    try {
      return Capsule.copyOf(fixture.name, address);
    } finally {
      close(fixture, address, false);
    }
  }

  /** {@return how many objects of the library live} */
  long live() {
    try {
      return (long) live.invokeExact();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** {@return how often each method of the counting codecs was called} */
  long[] calls() {
    long[] all = new long[16];
    for (int method = 0; method < all.length; method++) {
      try {
        all[method] = (long) calls.invokeExact(method);
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }
    return all;
  }
}
