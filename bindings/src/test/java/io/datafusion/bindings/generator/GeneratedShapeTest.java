package io.datafusion.bindings.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** reference/jextract-shape.md, row by row: the public face of each kind of class. */
class GeneratedShapeTest {
  private static final String HEADER =
      """
      typedef struct host host;
      typedef struct call { int64_t data; host *(*invoke)(uint64_t data, const host *h); } call;
      typedef void (*done)(size_t count);
      call run(const host *host, bool now);
      """;

  private static final String C =
      """
      call run(const host *h, bool now) { call c = {now, 0}; return c; }
      """;

  @TempDir static Path folder;
  private static CompiledHeader small;

  @BeforeAll
  static void compile() throws Exception {
    small = CompiledHeader.of(folder, HEADER, C);
  }

  private static String face(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
        .map(GeneratedShapeTest::signature)
        .sorted()
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String signature(Method method) {
    String parameters =
        Arrays.stream(method.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", "));
    return method.getName()
        + "("
        + parameters
        + ") "
        + method.getReturnType().getSimpleName()
        + (Modifier.isStatic(method.getModifiers()) ? "" : " of an object");
  }

  @Test
  void theHeaderClassHasFourMethodsAFunctionAndOneAConstant() throws Exception {
    assertThat(face(small.type("small_h")))
        .isEqualTo(
            """
            DF_ABI_VERSION() int
            run$address() MemorySegment
            run$descriptor() FunctionDescriptor
            run$handle() MethodHandle
            run(SegmentAllocator, MemorySegment, boolean) MemorySegment
            """);
  }

  @Test
  void theSharedClassIsPublicAndHasTheLayoutsOfC() throws Exception {
    Class<?> shared = small.type("small_h$shared");
    assertThat(Modifier.isPublic(shared.getModifiers())).isTrue();
    assertThat(Arrays.stream(shared.getFields()).map(field -> field.getName()))
        .containsExactlyInAnyOrder(
            "C_BOOL",
            "C_CHAR",
            "C_SHORT",
            "C_INT",
            "C_LONG",
            "C_LONG_LONG",
            "C_FLOAT",
            "C_DOUBLE",
            "C_POINTER");
  }

  @Test
  void aStructHasLayoutsOffsetsGettersAndSetters() throws Exception {
    assertThat(face(small.type("call")))
        .isEqualTo(
            """
            allocate(SegmentAllocator) MemorySegment
            allocateArray(long, SegmentAllocator) MemorySegment
            asSlice(MemorySegment, long) MemorySegment
            data$layout() OfLong
            data$offset() long
            data(MemorySegment) long
            data(MemorySegment, long) void
            invoke$layout() AddressLayout
            invoke$offset() long
            invoke(MemorySegment) MemorySegment
            invoke(MemorySegment, MemorySegment) void
            layout() GroupLayout
            reinterpret(MemorySegment, Arena, Consumer) MemorySegment
            reinterpret(MemorySegment, long, Arena, Consumer) MemorySegment
            sizeof() long
            """);
  }

  @Test
  void aFunctionPointerMemberIsANestedClass() throws Exception {
    assertThat(face(small.type("call$invoke")))
        .isEqualTo(
            """
            allocate(Function, Arena) MemorySegment
            descriptor() FunctionDescriptor
            invoke(MemorySegment, long, MemorySegment) MemorySegment
            """);
    assertThat(face(small.type("call$invoke$Function")))
        .isEqualTo("apply(long, MemorySegment) MemorySegment of an object\n");
  }

  @Test
  void aFunctionPointerTypedefIsAClassOfItsOwn() throws Exception {
    assertThat(face(small.type("done")))
        .isEqualTo(
            """
            allocate(Function, Arena) MemorySegment
            descriptor() FunctionDescriptor
            invoke(MemorySegment, long) void
            """);
  }
}
