package io.datafusion.internal;

import io.datafusion.internal.arrow.CDataImporter;
import io.datafusion.internal.boundary.WindowUpcalls;
import io.datafusion.udf.PartitionEvaluator;
import io.datafusion.udf.RowRange;
import io.datafusion.udf.RowRanges;
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
  private @Nullable BatchArguments known;

  PartitionCall(String name, Field result, PartitionEvaluator evaluator) {
    this.name = name;
    this.result = result;
    this.evaluator = evaluator;
  }

  @Override
  public void evaluateAll(MemorySegment fields, MemorySegment columns, MemorySegment results)
      throws Exception {
    try (BatchArguments rows = rows(fields, columns)) {
      answer(evaluator.evaluateAll(rows), rows.rowCount(), rows, results);
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
      known = rows(columns.fields(), columns.columns());
    }
    BatchArguments rows = known;
    if (rows == null) {
      throw new IllegalStateException("function '" + name + "' was given no columns");
    }
    var asked = NativeRanges.of(ranges);
    answer(evaluator.evaluate(rows, asked), asked.count(), rows, results);
  }

  @Override
  public void evaluateAllWithRank(long rows, WindowUpcalls.Ranges groups, MemorySegment results)
      throws Exception {
    try (var none = rows(List.of(), VectorBatch.of(Math.toIntExact(rows)))) {
      FieldVector answer = evaluator.evaluateAllWithRank(none, NativeRanges.of(groups));
      answer(answer, none.rowCount(), none, results);
    }
  }

  @Override
  public void ranges(long first, long rows, MemorySegment ranges) throws Exception {
    int count = Math.toIntExact(rows);
    MemorySegment room = ranges.asSlice(0, (rows - first) * NativeRanges.SIZE);
    long offset = 0;
    for (int row = Math.toIntExact(first); row < count; row++) {
      RowRange range = ArrayRanges.of(evaluator, row, count, name);
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

  private BatchArguments rows(MemorySegment fields, MemorySegment columns) {
    List<Field> given = CDataImporter.schema(fields).getFields();
    return rows(given, VectorBatch.of(given, columns));
  }

  private BatchArguments rows(List<Field> given, VectorBatch batch) {
    return new BatchArguments(new VectorBinding(name, given, result), batch);
  }

  private void answer(
      @Nullable FieldVector answer, int values, BatchArguments rows, MemorySegment results) {
    new VectorAnswer(name, result, values).push(answer, rows.batch(), results);
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
