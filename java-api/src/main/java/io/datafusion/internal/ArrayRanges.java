package io.datafusion.internal;

import io.datafusion.udf.PartitionEvaluator;
import io.datafusion.udf.RowRange;
import io.datafusion.udf.RowRanges;
import io.datafusion.udf.VectorArguments;

/** Ranges that were computed. */
public record ArrayRanges(int[] starts, int[] ends) implements RowRanges {
  /**
   * {@return what an evaluator says of each row of a partition}
   *
   * @throws IllegalArgumentException if it answers null
   * @throws Exception what the evaluator throws
   */
  public static RowRanges of(PartitionEvaluator evaluator, VectorArguments partition)
      throws Exception {
    String name = partition instanceof BatchArguments batch ? batch.binding().name() : "";
    int rows = partition.rowCount();
    var ranges = new ArrayRanges(new int[rows], new int[rows]);
    for (int row = 0; row < rows; row++) {
      RowRange range = of(evaluator, row, rows, name);
      ranges.starts[row] = range.start();
      ranges.ends[row] = range.end();
    }
    return ranges;
  }

  static RowRange of(PartitionEvaluator evaluator, int row, int rows, String name)
      throws Exception {
    RowRange range = evaluator.range(row, rows);
    if (range == null) {
      throw new IllegalArgumentException(
          "function '%s' answered null, not a range, for row %d: %s.range answers RowRange.of(row)"
                  .formatted(name, row, evaluator.getClass().getTypeName())
              + " where a result depends on its row alone");
    }
    return range;
  }

  @Override
  public int count() {
    return starts.length;
  }

  @Override
  public int start(int index) {
    return starts[index];
  }

  @Override
  public int end(int index) {
    return ends[index];
  }
}
