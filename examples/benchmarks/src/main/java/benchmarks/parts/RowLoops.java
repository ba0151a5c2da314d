package benchmarks.parts;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.callable.RowLoop;
import io.datafusion.internal.callable.RowMemory;
import io.datafusion.internal.callable.RowSignature;
import io.datafusion.internal.callable.RowType;
import io.datafusion.udf.ScalarFunction1;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The Java half of one batch of {@code x -> x + 1} over longs, over structs as native code hands
 * them in: the buffers are found, the loop runs, the result is ended. The one part that takes
 * classes of the library's inside.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RowLoops {
  /** Longs before {@code buffers} in {@code struct ArrowArray}, and in all of it. */
  private static final int BUFFERS = 5;

  private static final int ARRAY_LONGS = 10;
  private static final int OUTPUT_LONGS = 5;

  @Param({"1", "8192"})
  public int rows;

  private final Arena arena = Arena.ofShared();
  private MemorySegment argument;
  private MemorySegment output;
  private RowLoop loop;

  @Setup(Level.Trial)
  public void make() {
    MemorySegment buffers = arena.allocate(ADDRESS, 2);
    buffers.setAtIndex(ADDRESS, 1, arena.allocate(JAVA_LONG, rows));
    argument = arena.allocate(JAVA_LONG, ARRAY_LONGS);
    argument.setAtIndex(JAVA_LONG, 0, rows);
    argument.setAtIndex(ADDRESS, BUFFERS, buffers);
    output = arena.allocate(JAVA_LONG, OUTPUT_LONGS);
    output.setAtIndex(ADDRESS, 0, arena.allocate((rows + 7) >>> 3));
    output.setAtIndex(ADDRESS, 1, arena.allocate(JAVA_LONG, rows));
    RowType type = RowType.of(Long.class);
    var signature = new RowSignature("more", List.of(type), type, false);
    ScalarFunction1<Long, Long> more = x -> x + 1;
    loop = RowLoop.of(signature, more, new RowMemory(Buffers.SPACE, (_, _) -> {}));
  }

  @TearDown(Level.Trial)
  public void close() {
    arena.close();
  }

  @Benchmark
  public void call() throws Exception {
    loop.run(argument, rows, output);
  }
}
