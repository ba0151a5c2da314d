package user;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

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
    PANICS(Capsule.SCALAR_UDF),
    CATALOGS(Capsule.CATALOG_PROVIDER_LIST),
    FACTORY(Capsule.TABLE_PROVIDER_FACTORY),
    OPTIONS(Capsule.EXTENSION_OPTIONS),
    RULE(Capsule.PHYSICAL_OPTIMIZER_RULE),
    PLANNER(Capsule.QUERY_PLANNER),
    OLD_PLANNER(Capsule.QUERY_PLANNER),
    SCAN(Capsule.EXECUTION_PLAN),
    TASK_CONTEXT(Capsule.TASK_CONTEXT_PROVIDER),
    REFUSING_PHYSICAL(Capsule.PHYSICAL_EXTENSION_CODEC),
    SILENT_PHYSICAL(Capsule.PHYSICAL_EXTENSION_CODEC),
    TRIPLED(Capsule.PHYSICAL_EXPR);

    final String name;

    Fixture(String name) {
      this.name = name;
    }
  }

  /** What {@link #query} takes, by its number. */
  private static final List<String> GIVEN =
      List.of(
          Capsule.TABLE_PROVIDER,
          Capsule.SCHEMA_PROVIDER,
          Capsule.CATALOG_PROVIDER,
          Capsule.EXECUTION_PLAN,
          Capsule.QUERY_PLANNER,
          Capsule.TASK_CONTEXT_PROVIDER,
          Capsule.PHYSICAL_EXPR);

  private static final int ANSWER_CAPACITY = 65_536;

  private final MethodHandle open;
  private final MethodHandle plannerOver;
  private final MethodHandle close;
  private final MethodHandle live;
  private final MethodHandle calls;
  private final MethodHandle query;

  private Extension(String suffix) {
    Path path =
        Path.of("../target/extension")
            .resolve(System.mapLibraryName("datafusion_extension_example" + suffix));
    SymbolLookup library = SymbolLookup.libraryLookup(path, Arena.global());
    this.open = handle(library, "open", ADDRESS, JAVA_INT, ADDRESS);
    this.plannerOver = handle(library, "planner_over", ADDRESS, ADDRESS, ADDRESS);
    this.close = handle(library, "close", null, JAVA_INT, ADDRESS, JAVA_BOOLEAN);
    this.live = handle(library, "live", JAVA_LONG);
    this.calls = handle(library, "calls", JAVA_LONG, JAVA_INT);
    this.query =
        handle(
            library, "query", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);
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

  /** {@return a planner that counts, and leaves each query to the one that a session had before} */
  Capsule plannerOver(Capsule fallback, SessionContext host) {
    long address;
    try (Capsule codec = host.logicalExtensionCodec()) {
      MemorySegment codecs = MemorySegment.ofAddress(codec.address());
      MemorySegment planner = MemorySegment.ofAddress(fallback.address());
      address = ((MemorySegment) plannerOver.invokeExact(codecs, planner)).address();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    try {
      return Capsule.copyOf(fallback.name(), address);
    } finally {
      close(Fixture.PLANNER, address, false);
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

  /**
   * Waits until something is given back, for some seconds at most: what is freed is dropped on the
   * runtime's threads, and what nobody closed by the collector.
   */
  static void await(BooleanSupplier given) throws InterruptedException {
    for (int i = 0; i < 300 && !given.getAsBoolean(); i++) {
      System.gc();
      Thread.sleep(10);
    }
  }

  /** {@return how many live once what tests before have left is gone} Nothing, as a rule. */
  long settled() throws InterruptedException {
    await(() -> live() == 0);
    return live();
  }

  /** {@return how many objects of the library live} */
  long live() {
    try {
      return (long) live.invokeExact();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until as many objects of the library live as before. */
  void awaitReleased(long before) throws InterruptedException {
    await(() -> live() == before);
    assertThat(live()).as("objects of the library").isEqualTo(before);
  }

  /** {@return what a session of the library answers that has what a capsule holds, as text} */
  String query(Capsule given, String sql) {
    try (Arena arena = Arena.ofConfined()) {
      byte[] text = sql.getBytes(UTF_8);
      MemorySegment answer = arena.allocate(ANSWER_CAPACITY);
      long length =
          (long)
              query.invokeExact(
                  GIVEN.indexOf(given.name()),
                  MemorySegment.ofAddress(given.address()),
                  arena.allocateFrom(JAVA_BYTE, text),
                  (long) text.length,
                  answer,
                  answer.byteSize());
      return new String(answer.asSlice(0, length).toArray(JAVA_BYTE), UTF_8);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** {@return how often the counting planner was asked} */
  long planned() {
    return count(16);
  }

  /** {@return how often the counting rule was asked} */
  long optimized() {
    return count(17);
  }

  private long count(int method) {
    try {
      return (long) calls.invokeExact(method);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** {@return how often each method of the counting codecs was called} */
  long[] calls() {
    long[] all = new long[16];
    Arrays.setAll(all, this::count);
    return all;
  }
}
