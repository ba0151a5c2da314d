package io.datafusion.bindings.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedFunctionsTest {
  private static final String HEADER =
      """
      /** Not seen by a C compiler. */
      #ifdef __cplusplus
      extern "C" {
      #endif // __cplusplus
      #define LIMIT 201
      #define NEGATIVE (-5)
      #define MASK 0xFFFFFFFF
      #define WIDE 4294967296
      #define LONG_SUFFIX 3ULL
      #define OCTAL 017
      /** Curly { in it, and the end of a comment. */
      #define GREETING "gr\u00fc\u00df { *\\\\ \\"x\\" */"
      enum color
      #ifdef __cplusplus
        : int32_t
      #endif
      {
        RED,
        GREEN = 5,
        BLUE,
      };
      #ifndef __cplusplus
      typedef int32_t color;
      #endif
      typedef enum shape { ROUND = -1, SQUARE } shape;
      typedef struct thing thing;
      typedef struct point { int32_t x; double y; } point;
      typedef uint64_t handle;
      typedef int64_t (*binary)(int64_t left, int64_t right);
      typedef point (*mover)(point from, double by);

      bool flip(bool value);
      int8_t next8(int8_t value);
      uint16_t next16(uint16_t value);
      int next32(int value);
      handle next64(handle value);
      size_t next_size(size_t value);
      float half(float value);
      double twice(double value);
      void store(int32_t *out, int32_t value);
      /**
       * Makes `a thing` of <nothing> & more, see {@link x} \\u0041.
       *
       * - consumes: */
      thing *thing_new(const uint8_t *const *names, size_t names_len);
      int32_t thing_value(const struct thing *native, enum color default_, color c, shape s);
      const char *greeting(void);
      point moved(point from, double by);
      int64_t apply(binary f, int64_t left, int64_t right);
      int32_t missing(void);
      #ifdef __cplusplus
      }
      #endif
      """;

  private static final String C =
      """
      bool flip(bool value) { return !value; }
      int8_t next8(int8_t value) { return value + 1; }
      uint16_t next16(uint16_t value) { return value + 1; }
      int next32(int value) { return value + 1; }
      handle next64(handle value) { return value + 1; }
      size_t next_size(size_t value) { return value + 1; }
      float half(float value) { return value / 2; }
      double twice(double value) { return value * 2; }
      void store(int32_t *out, int32_t value) { *out = value; }
      struct thing { int32_t value; };
      static struct thing only;
      thing *thing_new(const uint8_t *const *names, size_t names_len) {
        only.value = 0;
        for (size_t i = 0; i < names_len; i++) only.value += names[i][0];
        return &only;
      }
      int32_t thing_value(const struct thing *native, enum color d, color c, shape s) {
        return native->value + d + c + s;
      }
      const char *greeting(void) { return GREETING; }
      point moved(point from, double by) { from.x++; from.y += by; return from; }
      int64_t apply(binary f, int64_t left, int64_t right) { return f(left, right); }
      static int64_t minus(int64_t left, int64_t right) { return left - right; }
      binary minus_pointer = minus;
      mover moved_pointer = moved;
      """;

  @TempDir static Path folder;
  private static CompiledHeader small;

  @BeforeAll
  static void compile() throws Exception {
    small = CompiledHeader.of(folder, HEADER, C);
  }

  @Test
  void scalarsGoThereAndBackInTheirJavaTypes() throws Exception {
    assertThat(small.call("flip", true)).isEqualTo(false);
    assertThat(small.call("next8", (byte) 127)).isEqualTo((byte) -128);
    assertThat(small.call("next16", (short) -1)).isEqualTo((short) 0);
    assertThat(small.call("next32", 41)).isEqualTo(42);
    assertThat(small.call("next64", Long.MAX_VALUE)).isEqualTo(Long.MIN_VALUE);
    assertThat(small.call("next_size", 1L << 40)).isEqualTo((1L << 40) + 1);
    assertThat(small.call("half", 3f)).isEqualTo(1.5f);
    assertThat(small.call("twice", 3.25)).isEqualTo(6.5);
  }

  @Test
  void pointersAreSegmentsAndOpaqueStructsNeedNoClass() throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_INT);
      small.call("store", out, 77);
      assertThat(out.get(ValueLayout.JAVA_INT, 0)).isEqualTo(77);

      MemorySegment names = arena.allocate(ValueLayout.ADDRESS, 2);
      names.setAtIndex(ValueLayout.ADDRESS, 0, arena.allocateFrom("A"));
      names.setAtIndex(ValueLayout.ADDRESS, 1, arena.allocateFrom("B"));
      Object thing = small.call("thing_new", names, 2L);
      assertThat(small.call("thing_value", thing, 1, 2, 3)).isEqualTo('A' + 'B' + 6);
    }
    assertThatThrownBy(() -> small.type("thing")).isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void aReturnedPointerHasNoBounds() throws Exception {
    MemorySegment greeting = (MemorySegment) small.call("greeting");
    assertThat(greeting.getString(0)).isEqualTo("gr\u00fc\u00df { *\\ \"x\" */");
  }

  @Test
  void aStructByValueAsResultTakesAnAllocator() throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      Class<?> point = small.type("point");
      MemorySegment from = (MemorySegment) CompiledHeader.call(point, "allocate", arena);
      CompiledHeader.call(point, "x", from, 1);
      CompiledHeader.call(point, "y", from, 2.5);
      Object moved = small.call("moved", arena, from, 0.25);
      assertThat(CompiledHeader.call(point, "x", moved)).isEqualTo(2);
      assertThat(CompiledHeader.call(point, "y", moved)).isEqualTo(2.75);
      assertThat(CompiledHeader.call(point, "x", from)).isEqualTo(1);
    }
    Class<?> header = small.type("small_h");
    assertThat(header.getMethod("moved", SegmentAllocator.class, MemorySegment.class, double.class))
        .isNotNull();
  }

  @Test
  void descriptorHandleAndAddressOfAFunctionCanBeHad() throws Throwable {
    var shared = small.type("small_h$shared");
    Object cInt = shared.getField("C_INT").get(null);
    assertThat(small.call("next32$descriptor"))
        .isEqualTo(FunctionDescriptor.of((ValueLayout.OfInt) cInt, (ValueLayout.OfInt) cInt));
    assertThat((int) ((MethodHandle) small.call("next32$handle")).invokeExact(4)).isEqualTo(5);
    assertThat(((MemorySegment) small.call("next32$address")).address()).isNotZero();
    assertThat(small.type("small_h").getSuperclass()).isEqualTo(shared);
  }

  @Test
  void aTypedefOfAFunctionPointerMakesStubsAndCallsThrough() throws Exception {
    Class<?> binary = small.type("binary");
    Class<?> function = small.type("binary$Function");
    Object product =
        Proxy.newProxyInstance(
            function.getClassLoader(),
            new Class<?>[] {function},
            (_, _, arguments) -> (long) arguments[0] * (long) arguments[1]);
    try (Arena arena = Arena.ofConfined()) {
      Object stub = CompiledHeader.call(binary, "allocate", product, arena);
      assertThat(small.call("apply", stub, 6L, 7L)).isEqualTo(42L);
      assertThat(CompiledHeader.call(binary, "invoke", stub, 3L, 5L)).isEqualTo(15L);
      var descriptor = (FunctionDescriptor) CompiledHeader.call(binary, "descriptor");
      assertThat(descriptor.toMethodType())
          .isEqualTo(MethodType.methodType(long.class, long.class, long.class));
    }
  }

  @Test
  void aStructReturnedThroughAFunctionPointerTakesAnAllocatorToo() throws Exception {
    Class<?> point = small.type("point");
    try (Arena arena = Arena.ofConfined()) {
      Object from = CompiledHeader.call(point, "allocate", arena);
      MemorySegment pointer = (MemorySegment) small.call("moved$address");
      Object moved = CompiledHeader.call(small.type("mover"), "invoke", pointer, arena, from, 1.5);
      assertThat(CompiledHeader.call(point, "y", moved)).isEqualTo(1.5);
    }
  }

  @Test
  void constantsHaveTheTypesOfC() throws Exception {
    assertThat(small.call("LIMIT")).isEqualTo(201);
    assertThat(small.call("NEGATIVE")).isEqualTo(-5);
    assertThat(small.call("MASK")).isEqualTo(-1);
    assertThat(small.call("WIDE")).isEqualTo(4294967296L);
    assertThat(small.call("LONG_SUFFIX")).isEqualTo(3L);
    assertThat(small.call("OCTAL")).isEqualTo(15);
    assertThat(((MemorySegment) small.call("GREETING")).getString(0))
        .isEqualTo("gr\u00fc\u00df { *\\ \"x\" */");
  }

  @Test
  void enumConstantsCountOn() throws Exception {
    assertThat(small.call("RED")).isEqualTo(0);
    assertThat(small.call("GREEN")).isEqualTo(5);
    assertThat(small.call("BLUE")).isEqualTo(6);
    assertThat(small.call("ROUND")).isEqualTo(-1);
    assertThat(small.call("SQUARE")).isEqualTo(0);
  }

  @Test
  void aSymbolThatTheLibraryLacksFailsAloneAndOnlyWhenUsed() throws Exception {
    assertThatThrownBy(() -> small.call("missing"))
        .isInstanceOf(ExceptionInInitializerError.class)
        .hasCauseInstanceOf(NoSuchElementException.class)
        .cause()
        .hasMessageContaining("missing");
    assertThat(small.call("next32", 1)).isEqualTo(2);
  }

  @Test
  void headerHashIsThatOfTheBytes() throws Exception {
    Class<?> hash = small.type("HeaderHash");
    byte[] bytes = Files.readAllBytes(folder.resolve("small.h"));
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
    assertThat(hash.getField("SHA_256").get(null)).isEqualTo(HexFormat.of().formatHex(digest));
    assertThat(hash.getField("ABI_VERSION").get(null)).isEqualTo(7);
  }
}
