package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_results_push;

import io.datafusion.internal.arrow.CDataImporter;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.WindowUpcalls;
import io.datafusion.udf.PartitionEvaluator;
import io.datafusion.udf.RowRange;
import io.datafusion.udf.RowRanges;
import io.datafusion.udf.VectorArguments;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * The evaluator of one partition as what the engine calls. It holds the columns of the last call.
 */
final class PartitionCall implements WindowUpcalls.Evaluator {
  private final String name;
  private final Field result;
  private final PartitionEvaluator evaluator;
  private @Nullable Columns known;

  PartitionCall(String name, Field result, PartitionEvaluator evaluator) {
    this.name = name;
    this.result = result;
    this.evaluator = evaluator;
  }

  @Override
  public void evaluateAll(MemorySegment fields, MemorySegment columns, MemorySegment results)
      throws Exception {
    try (Columns rows = columns(fields, columns)) {
      answer(evaluator.evaluateAll(rows.shown()), rows.batch.rows(), rows, results);
    }
  }

  @Override
  public void evaluate(
      WindowUpcalls.@Nullable NewColumns columns,
      WindowUpcalls.Ranges ranges,
      MemorySegment results)
      throws Exception {
    if (columns != null) {
      forget();
      known = columns(columns.fields(), columns.columns());
    }
    Columns rows = known;
    if (rows == null) {
      throw new IllegalStateException("function '" + name + "' was given no columns");
    }
    var asked = NativeRanges.of(ranges);
    answer(evaluator.evaluate(rows.shown(), asked), asked.count(), rows, results);
  }

  @Override
  public void evaluateAllWithRank(long rows, WindowUpcalls.Ranges groups, MemorySegment results)
      throws Exception {
    int count = Math.toIntExact(rows);
    var binding = new VectorBinding(name, List.of(), result);
    try (var none = new Columns(binding, VectorBatch.of(count))) {
      FieldVector answer = evaluator.evaluateAllWithRank(none.shown(), NativeRanges.of(groups));
      answer(answer, count, none, results);
    }
  }

  @Override
  public void ranges(long first, long rows, MemorySegment ranges) throws Exception {
    int count = Math.toIntExact(rows);
    MemorySegment room = ranges.asSlice(0, (rows - first) * NativeRanges.SIZE);
    long offset = 0;
    for (int row = Math.toIntExact(first); row < count; row++) {
      RowRange range = evaluator.range(row, count);
      if (range == null) {
        throw new IllegalArgumentException("function '" + name + "' answered null, not a range");
      }
      room.set(ValueLayout.JAVA_LONG, offset, range.start());
      room.set(ValueLayout.JAVA_LONG, offset + Long.BYTES, range.end());
      offset += NativeRanges.SIZE;
    }
  }

  @Override
  public long memoize(long start, long end) throws Exception {
    return evaluator.memoize(new RowRange(Math.toIntExact(start), Math.toIntExact(end)));
  }

  @Override
  public void close() throws Exception {
    try (evaluator) {
      forget();
    }
  }

  private void forget() {
    if (known != null) {
      known.close();
      known = null;
    }
  }

  private Columns columns(MemorySegment fields, MemorySegment columns) {
    List<Field> given = CDataImporter.schema(fields).getFields();
    return new Columns(new VectorBinding(name, given, result), VectorBatch.of(given, columns));
  }

  /** Hands an answer over if it is what was promised; closes it in any case, but for a column. */
  private void answer(
      @Nullable FieldVector answer, int values, Columns rows, MemorySegment results) {
    try (Arena arena = Arena.ofConfined()) {
      var given = new VectorBinding.Answer(answer, values);
      Errors.check(df_results_push(results, rows.binding.export(arena, given, rows.batch)));
    } finally {
      if (answer != null && !rows.batch.holds(answer)) {
        answer.close();
      }
    }
  }

  private record Columns(VectorBinding binding, VectorBatch batch) implements AutoCloseable {
    VectorArguments shown() {
      return binding.arguments(batch);
    }

    @Override
    public void close() {
      batch.close();
    }
  }

  /** Copied, so that an evaluator may keep them. */
  private record NativeRanges(long[] bounds) implements RowRanges {
    static final long SIZE = 2 * Long.BYTES;

    static NativeRanges of(WindowUpcalls.Ranges ranges) {
      MemorySegment data = ranges.data().asSlice(0, ranges.count() * SIZE);
      return new NativeRanges(data.toArray(ValueLayout.JAVA_LONG));
    }

    @Override
    public int count() {
      return bounds.length / 2;
    }

    @Override
    public int start(int index) {
      return (int) bounds[2 * index];
    }

    @Override
    public int end(int index) {
      return (int) bounds[2 * index + 1];
    }
  }
}
