package io.datafusion.internal.callable;

import java.lang.reflect.Array;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The states of groups, an array for each component of their record. */
final class StateColumns {
  private static final int FEWEST = 16;

  /** What an object takes that a component refers to, but for the characters of a string. */
  private static final int OBJECT = 24;

  private final StateType type;
  private final @Nullable Object[] initial;
  private final Object[] columns;

  /** Of components of variable width: the bytes of each value, as last seen. */
  private final int[][] widths;

  private int count;
  private int capacity;
  private long variable;

  StateColumns(StateType type, @Nullable Object[] initial) {
    this.type = type;
    this.initial = initial;
    this.columns = new Object[type.size()];
    this.widths = new int[type.size()][];
    clear();
  }

  private void clear() {
    count = 0;
    capacity = FEWEST;
    variable = 0;
    for (int i = 0; i < columns.length; i++) {
      columns[i] = Array.newInstance(type.columnClass(i), FEWEST);
      widths[i] = new int[isVariable(i) ? FEWEST : 0];
    }
  }

  private boolean isVariable(int component) {
    return type.types().get(component).kind().isVariableWidth();
  }

  /** {@return the arrays, until there are more groups} */
  Object[] arrays() {
    return columns;
  }

  /** Sees to it that there are so many groups; new ones have the state of no rows. */
  void reserve(int total) {
    if (total <= count) {
      return;
    }
    if (total > capacity) {
      long wanted = Math.max(total, capacity + (long) (capacity >> 1));
      resize(0, (int) Math.min(wanted, Integer.MAX_VALUE - 8));
    }
    for (int i = 0; i < columns.length; i++) {
      fill(columns[i], count, total, initial[i]);
      if (isVariable(i)) {
        int width = Cells.bytes(initial[i]);
        Arrays.fill(widths[i], count, total, width);
        variable += (long) width * (total - count);
      }
    }
    count = total;
  }

  private static void fill(Object column, int from, int to, @Nullable Object value) {
    switch (column) {
      case long[] a -> Arrays.fill(a, from, to, (Long) value);
      case int[] a -> Arrays.fill(a, from, to, (Integer) value);
      case short[] a -> Arrays.fill(a, from, to, (Short) value);
      case byte[] a -> Arrays.fill(a, from, to, (Byte) value);
      case double[] a -> Arrays.fill(a, from, to, (Double) value);
      case float[] a -> Arrays.fill(a, from, to, (Float) value);
      case boolean[] a -> Arrays.fill(a, from, to, (Boolean) value);
      default -> Arrays.fill((Object[]) column, from, to, value);
    }
  }

  /** Keeps the groups from {@code from} on, with room for so many. */
  private void resize(int from, int size) {
    int kept = Math.min(count - from, size);
    for (int i = 0; i < columns.length; i++) {
      Object resized = Array.newInstance(type.columnClass(i), size);
      System.arraycopy(columns[i], from, resized, 0, kept);
      columns[i] = resized;
      widths[i] = isVariable(i) ? Arrays.copyOfRange(widths[i], from, from + size) : widths[i];
    }
    capacity = size;
  }

  /** Forgets the first groups; the group behind them has number 0 from now on. */
  void remove(int groups) {
    if (groups >= count) {
      clear();
      return;
    }
    for (int[] width : widths) {
      for (int group = 0; group < Math.min(groups, width.length); group++) {
        variable -= width[group];
      }
    }
    resize(groups, Math.max(FEWEST, count - groups));
    count -= groups;
  }

  /** Weighs the values of variable width of groups that were changed. */
  void weigh(int[] groups) {
    for (int i = 0; i < columns.length; i++) {
      if (isVariable(i)) {
        Object[] values = (Object[]) columns[i];
        for (int group : groups) {
          int width = Cells.bytes(values[group]);
          variable += width - widths[i][group];
          widths[i][group] = width;
        }
      }
    }
  }

  /** Writes a component of the first groups. */
  void write(int component, OutputColumn out, int groups) {
    Cells.write(out, columns[component], groups);
  }

  /** {@return about how many bytes the states take} */
  long size() {
    long each = 0;
    for (int i = 0; i < columns.length; i++) {
      each += type.isPrimitive(i) ? 8 : 4 + OBJECT;
    }
    return each * capacity + Math.max(0, variable);
  }
}
