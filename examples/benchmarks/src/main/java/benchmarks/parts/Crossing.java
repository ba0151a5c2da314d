package benchmarks.parts;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What the JVM itself takes for a call out and a call back: the floor of all else. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Crossing {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle ABS =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("abs"),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  /** Calls its comparator once for an array of one. */
  private static final MethodHandle BSEARCH =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("bsearch"),
          FunctionDescriptor.of(
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS));

  private final MemorySegment array = Arena.global().allocate(8);
  private final MemorySegment comparator = comparator();

  private static MemorySegment comparator() {
    try {
      MethodHandle same =
          MethodHandles.lookup()
              .findStatic(
                  Crossing.class,
                  "same",
                  MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
      FunctionDescriptor type =
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
      return LINKER.upcallStub(same, type, Arena.global());
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  static int same(MemorySegment a, MemorySegment b) {
    return 0;
  }

  @Benchmark
  public int downcall() throws Throwable {
    return (int) ABS.invokeExact(-1);
  }

  @Benchmark
  public MemorySegment downcallWithOneUpcall() throws Throwable {
    return (MemorySegment) BSEARCH.invokeExact(array, array, 1L, 8L, comparator);
  }
}
