package io.datafusion.internal;

import io.datafusion.internal.arrow.VectorTake;
import io.datafusion.udf.VectorArguments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/** The rows of a batch, group by group, in the order in which they came. */
final class RowsByGroup implements AutoCloseable {
  private final RowArguments batch;

  /** The groups of the rows, ascending: a group and the row in each. */
  private final long[] keys;

  private int start;
  private int end;
  private final List<FieldVector> taken = new ArrayList<>();

  private RowsByGroup(RowArguments batch, long[] keys) {
    this.batch = batch;
    this.keys = keys;
  }

  static RowsByGroup of(RowArguments batch, int[] groups) {
    long[] keys = new long[groups.length];
    for (int row = 0; row < keys.length; row++) {
      keys[row] = (long) groups[row] << Integer.SIZE | row;
    }
    Arrays.sort(keys);
    return new RowsByGroup(batch, keys);
  }

  private static int group(long key) {
    return (int) (key >>> Integer.SIZE);
  }

  /** {@return whether there is another group, whose rows then follow} */
  boolean next() {
    close();
    if (end == keys.length) {
      return false;
    }
    start = end;
    do {
      end++;
    } while (end < keys.length && group(keys[end]) == group());
    return true;
  }

  int group() {
    return group(keys[start]);
  }

  /** {@return the rows of the group, until the next one} */
  VectorArguments rows() {
    int count = end - start;
    if (count == keys.length) {
      return batch;
    }
    int[] rows = new int[count];
    for (int i = 0; i < count; i++) {
      rows[i] = (int) keys[start + i];
    }
    for (int i = 0; i < batch.size(); i++) {
      Field field = batch.memory().get(i);
      taken.add(VectorTake.of(batch.vector(i), field, rows, VectorBatch.ALLOCATOR));
    }
    return batch.of(List.copyOf(taken), count);
  }

  /** Closes the rows of the last group. */
  @Override
  public void close() {
    try {
      VectorBatch.close(taken);
    } finally {
      taken.clear();
    }
  }
}
