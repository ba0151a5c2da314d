package io.datafusion.bindings.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedStructsTest {
  private static final String HEADER =
      """
      typedef struct failure { uint64_t data; void (*release)(uint64_t data); } failure;
      typedef struct {
        bool flag;
        int32_t number;
        uint8_t tag;
        double ratio;
        int16_t small, smaller;
        const char *name;
        failure cause;
        float last;
        bool final;
      } mixed;
      struct node {
        int64_t (*sum)(const struct node *self, int64_t more);
        struct node **children;
        int64_t value;
        void (*nothing)(void);
      };
      size_t mixed_size(void);
      size_t mixed_offset(size_t member);
      size_t node_size(void);
      int64_t total(const mixed *m);
      int64_t call_sum(const struct node *n, int64_t more);
      uint64_t failure_by_value(failure f);
      void fill(struct node *n);
      """;

  private static final String C =
      """
      #define OFFSET(m) offsetof(mixed, m)
      static const size_t offsets[] = {
        OFFSET(flag), OFFSET(number), OFFSET(tag), OFFSET(ratio), OFFSET(small), OFFSET(smaller),
        OFFSET(name), OFFSET(cause), OFFSET(last), OFFSET(final)
      };
      size_t mixed_size(void) { return sizeof(mixed); }
      size_t mixed_offset(size_t member) { return offsets[member]; }
      size_t node_size(void) { return sizeof(struct node); }
      int64_t total(const mixed *m) {
        return m->flag + m->number + m->tag + (int64_t) m->ratio + m->small + m->smaller
            + m->name[0] + m->cause.data + (int64_t) m->last;
      }
      int64_t call_sum(const struct node *n, int64_t more) { return n->sum(n, more); }
      uint64_t failure_by_value(failure f) { f.release(f.data + 1); return f.data; }
      static int64_t plus(const struct node *self, int64_t more) { return self->value + more; }
      void fill(struct node *n) { n->sum = plus; n->value = 40; }
      """;

  /** As Java names them: "final" is a word of Java, but not of C. */
  private static final List<String> MEMBERS =
      List.of(
          "flag", "number", "tag", "ratio", "small", "smaller", "name", "cause", "last", "final_");

  @TempDir static Path folder;
  private static CompiledHeader small;
  private static Class<?> mixed;
  private static Class<?> node;
  private static Class<?> failure;

  @BeforeAll
  static void compile() throws Exception {
    small = CompiledHeader.of(folder, HEADER, C);
    mixed = small.type("mixed");
    node = small.type("node");
    failure = small.type("failure");
  }

  private static Object call(Class<?> type, String method, Object... arguments) throws Exception {
    return CompiledHeader.call(type, method, arguments);
  }

  @Test
  void sizesAndOffsetsAreThoseOfTheCCompiler() throws Exception {
    assertThat(call(mixed, "sizeof")).isEqualTo(small.call("mixed_size"));
    assertThat(((GroupLayout) call(mixed, "layout")).byteSize()).isEqualTo(call(mixed, "sizeof"));
    assertThat(call(node, "sizeof")).isEqualTo(small.call("node_size"));
    for (int i = 0; i < MEMBERS.size(); i++) {
      assertThat(call(mixed, MEMBERS.get(i) + "$offset"))
          .as(MEMBERS.get(i))
          .isEqualTo(small.call("mixed_offset", (long) i));
    }
  }

  @Test
  void layoutsCarryTheNamesOfC() throws Exception {
    var layout = (GroupLayout) call(mixed, "layout");
    assertThat(layout.name()).contains("mixed");
    assertThat(layout.memberLayouts().stream().flatMap(member -> member.name().stream()))
        .containsExactly(
            "flag", "number", "tag", "ratio", "small", "smaller", "name", "cause", "last", "final");
    assertThat(call(mixed, "number$layout")).isInstanceOf(ValueLayout.OfInt.class);
    assertThat(((MemoryLayout) call(mixed, "cause$layout")).byteSize())
        .isEqualTo(call(failure, "sizeof"));
  }

  @Test
  void whatSettersWriteCReads() throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      Object struct = call(mixed, "allocate", arena);
      Object cause = call(failure, "allocate", arena);
      call(failure, "data", cause, 1000L);
      call(mixed, "flag", struct, true);
      call(mixed, "number", struct, 20);
      call(mixed, "tag", struct, (byte) 3);
      call(mixed, "ratio", struct, 4.0);
      call(mixed, "small", struct, (short) 5);
      call(mixed, "smaller", struct, (short) 6);
      call(mixed, "name", struct, arena.allocateFrom("A"));
      call(mixed, "cause", struct, cause);
      call(mixed, "last", struct, 7f);
      assertThat(small.call("total", struct)).isEqualTo(1L + 20 + 3 + 4 + 5 + 6 + 'A' + 1000 + 7);
      assertThat(call(mixed, "flag", struct)).isEqualTo(true);
      assertThat(call(mixed, "final_", struct)).isEqualTo(false);
      assertThat(call(mixed, "smaller", struct)).isEqualTo((short) 6);
      assertThat(((MemorySegment) call(mixed, "name", struct)).getString(0)).isEqualTo("A");
      assertThat(call(failure, "data", call(mixed, "cause", struct))).isEqualTo(1000L);
    }
  }

  @Test
  void whatCWritesGettersReadAndFunctionMembersCall() throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      Object struct = call(node, "allocate", arena);
      small.call("fill", struct);
      assertThat(call(node, "value", struct)).isEqualTo(40L);
      Object pointer = call(node, "sum", struct);
      assertThat(call(small.type("node$sum"), "invoke", pointer, struct, 2L)).isEqualTo(42L);
    }
  }

  @Test
  void aStubOfAFunctionMemberIsCalledByC() throws Exception {
    var released = new AtomicInteger();
    Class<?> function = small.type("failure$release$Function");
    Object release =
        Proxy.newProxyInstance(
            function.getClassLoader(),
            new Class<?>[] {function},
            (_, _, arguments) -> {
              released.set(((Long) arguments[0]).intValue());
              return null;
            });
    try (Arena arena = Arena.ofConfined()) {
      Object struct = call(failure, "allocate", arena);
      Object stub = call(small.type("failure$release"), "allocate", release, arena);
      call(failure, "data", struct, 8L);
      call(failure, "release", struct, stub);
      assertThat(small.call("failure_by_value", struct)).isEqualTo(8L);
    }
    assertThat(released).hasValue(9);
  }

  @Test
  void arraysAreSlicedByIndex() throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      var array = (MemorySegment) call(failure, "allocateArray", 3L, arena);
      assertThat(array.byteSize()).isEqualTo(3 * (long) call(failure, "sizeof"));
      Object third = call(failure, "asSlice", array, 2L);
      call(failure, "data", third, 5L);
      assertThat(array.get(ValueLayout.JAVA_LONG, 2 * (long) call(failure, "sizeof"))).isEqualTo(5);
    }
  }

  @Test
  void reinterpretGivesBoundsAndCleansUpWithTheArena() throws Exception {
    var cleaned = new AtomicInteger();
    Consumer<MemorySegment> cleanup = _ -> cleaned.incrementAndGet();
    try (Arena outer = Arena.ofConfined()) {
      var struct = (MemorySegment) call(failure, "allocateArray", 2L, outer);
      MemorySegment address = MemorySegment.ofAddress(struct.address());
      try (Arena inner = Arena.ofConfined()) {
        var one = (MemorySegment) call(failure, "reinterpret", address, inner, cleanup);
        var two = (MemorySegment) call(failure, "reinterpret", address, 2L, inner, cleanup);
        assertThat(one.byteSize()).isEqualTo(call(failure, "sizeof"));
        assertThat(two.byteSize()).isEqualTo(struct.byteSize());
      }
      assertThat(cleaned).hasValue(2);
    }
  }
}
