package io.datafusion.internal;

import io.datafusion.udf.VectorArguments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.util.TransferPair;

/** The rows of a batch, group by group, in the order in which they came. */
final class RowsByGroup implements AutoCloseable {
  private final RowArguments sorted;
  private final boolean owned;

  /** The group of each row, ascending. */
  private final int[] groups;

  private int start;
  private int end;
  private List<FieldVector> slices = List.of();

  private RowsByGroup(RowArguments sorted, boolean owned, int[] groups) {
    this.sorted = sorted;
    this.owned = owned;
    this.groups = groups;
  }

  static RowsByGroup of(RowArguments rows, int[] groups) {
    if (ascends(groups)) {
      return new RowsByGroup(rows, false, groups);
    }
    long[] keys = new long[groups.length];
    for (int row = 0; row < keys.length; row++) {
      keys[row] = (long) groups[row] << Integer.SIZE | row;
    }
    Arrays.sort(keys);
    int[] ascending = new int[keys.length];
    for (int i = 0; i < keys.length; i++) {
      ascending[i] = (int) (keys[i] >>> Integer.SIZE);
    }
    return new RowsByGroup(taken(rows, keys), true, ascending);
  }

  private static boolean ascends(int[] groups) {
    for (int row = 1; row < groups.length; row++) {
      if (groups[row] < groups[row - 1]) {
        return false;
      }
    }
    return true;
  }

  /** {@return the rows in the order of the low halves of the keys} */
  private static RowArguments taken(RowArguments rows, long[] keys) {
    var vectors = new ArrayList<FieldVector>();
    try {
      for (FieldVector from : rows.vectors()) {
        FieldVector to = from.getField().createVector(VectorBatch.ALLOCATOR);
        vectors.add(to);
        to.setInitialCapacity(keys.length);
        to.allocateNew();
        for (int i = 0; i < keys.length; i++) {
          to.copyFromSafe((int) keys[i], i, from);
        }
        to.setValueCount(keys.length);
      }
    } catch (Throwable e) {
      vectors.forEach(FieldVector::close);
      throw e;
    }
    return new RowArguments(
        vectors, rows.fields(), rows.resultField(), rows.dictionaries(), keys.length);
  }

  /** {@return whether there is another group, whose rows then follow} */
  boolean next() {
    closeSlices();
    if (end == groups.length) {
      return false;
    }
    start = end;
    do {
      end++;
    } while (end < groups.length && groups[end] == groups[start]);
    return true;
  }

  int group() {
    return groups[start];
  }

  /** {@return the rows of the group, until the next one} */
  VectorArguments rows() {
    if (end - start == groups.length) {
      return sorted;
    }
    var parts = new ArrayList<FieldVector>();
    slices = parts;
    for (FieldVector vector : sorted.vectors()) {
      TransferPair pair = vector.getTransferPair(VectorBatch.ALLOCATOR);
      parts.add((FieldVector) pair.getTo());
      pair.splitAndTransfer(start, end - start);
    }
    return new RowArguments(
        List.copyOf(parts),
        sorted.fields(),
        sorted.resultField(),
        sorted.dictionaries(),
        end - start);
  }

  private void closeSlices() {
    slices.forEach(FieldVector::close);
    slices = List.of();
  }

  @Override
  public void close() {
    closeSlices();
    if (owned) {
      sorted.vectors().forEach(FieldVector::close);
    }
  }
}
