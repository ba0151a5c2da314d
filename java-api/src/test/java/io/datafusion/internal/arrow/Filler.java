package io.datafusion.internal.arrow;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VariableWidthFieldVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Writes values that depend on the row into vectors of any type, through Arrow Java's own API. */
final class Filler {
  static final int DICTIONARY_ROWS = 4;

  private final boolean nulls;
  private final DictionaryProvider dictionaries;

  Filler(boolean nulls, DictionaryProvider dictionaries) {
    this.nulls = nulls;
    this.dictionaries = dictionaries;
  }

  void fill(Field field, FieldVector vector, int rows) {
    vector.allocateNew();
    if (vector instanceof RunEndEncodedVector runs) {
      fillRuns(runs, rows);
      return;
    }
    for (int row = 0; row < rows; row++) {
      put(field, vector, row, row * 31 + 7);
    }
    vector.setValueCount(rows);
  }

  private void put(Field field, FieldVector vector, int row, int seed) {
    if (nulls && field.isNullable() && seed % 3 == 0 && putNull(vector, row)) {
      return;
    }
    if (field.getDictionary() != null) {
      fillDictionary(field);
      ((BaseIntVector) vector).setWithPossibleTruncate(row, seed % DICTIONARY_ROWS);
      return;
    }
    switch (vector) {
      case NullVector _ -> {}
      case BitVector bits -> bits.setSafe(row, seed & 1);
      case BaseFixedWidthVector fixed -> putFixed(fixed, row, seed);
      case VariableWidthFieldVector variable -> variable.setSafe(row, text(seed));
      default -> putNested(field, vector, row, seed);
    }
  }

  private static boolean putNull(FieldVector vector, int row) {
    if (vector instanceof UnionVector || vector instanceof DenseUnionVector) {
      return false;
    }
    vector.setNull(row);
    return true;
  }

  private void fillDictionary(Field field) {
    FieldVector values = dictionaries.lookup(field.getDictionary().getId()).getVector();
    if (values.getValueCount() == 0) {
      fill(values.getField(), values, DICTIONARY_ROWS);
    }
  }

  /** Small positive numbers, which are values of every type. */
  private static void putFixed(BaseFixedWidthVector vector, int row, int seed) {
    while (vector.getValueCapacity() <= row) {
      vector.reAlloc();
    }
    int width = vector.getTypeWidth();
    long value = seed * 7919L % 80_000;
    for (int i = 0; i < width; i++) {
      int bits = i < Long.BYTES ? (int) (value >>> (i * Byte.SIZE)) & 0xFF : 0;
      vector.getDataBuffer().setByte((long) row * width + i, bits);
    }
    BitVectorHelper.setBit(vector.getValidityBuffer(), row);
  }

  /** Texts of 0 to 29 bytes: inline in a view, in its data buffers, and empty. */
  private static byte[] text(int seed) {
    return ("é" + seed).repeat(seed % 7).getBytes(StandardCharsets.UTF_8);
  }

  private void putNested(Field field, FieldVector vector, int row, int seed) {
    switch (vector) {
      case StructVector struct -> {
        struct.setIndexDefined(row);
        putChildren(field, struct.getChildrenFromFields(), row, seed);
      }
      case MapVector map -> map.endValue(row, items(field, map, map.startNewValue(row), seed));
      case ListVector list -> list.endValue(row, items(field, list, list.startNewValue(row), seed));
      case LargeListVector list ->
          list.endValue(row, items(field, list, (int) list.startNewValue(row), seed));
      case ListViewVector list ->
          list.endValue(row, items(field, list, list.startNewValue(row), seed));
      case LargeListViewVector list ->
          list.endValue(row, items(field, list, list.startNewValue(row), seed));
      case FixedSizeListVector list -> {
        int start = list.startNewValue(row);
        for (int i = 0; i < list.getListSize(); i++) {
          put(item(field), list.getDataVector(), start + i, seed + i + 1);
        }
      }
      case UnionVector union -> putSparse(field, union, row, seed);
      case DenseUnionVector union -> putDense(field, union, row, seed);
      default -> throw new AssertionError("no values for " + vector.getClass());
    }
  }

  private static Field item(Field list) {
    return list.getChildren().getFirst();
  }

  private void putChildren(Field field, List<FieldVector> children, int row, int seed) {
    for (int i = 0; i < children.size(); i++) {
      put(field.getChildren().get(i), children.get(i), row, seed + i + 1);
    }
  }

  private int items(Field field, FieldVector list, int start, int seed) {
    FieldVector data = list.getChildrenFromFields().getFirst();
    int count = seed % 4;
    for (int i = 0; i < count; i++) {
      put(item(field), data, start + i, seed + i + 1);
    }
    return count;
  }

  private void putSparse(Field field, UnionVector union, int row, int seed) {
    int[] typeIds = ((ArrowType.Union) field.getType()).getTypeIds();
    putChildren(field, union.getChildrenFromFields(), row, seed);
    while (union.getTypeBuffer().capacity() <= row) {
      union.reAlloc();
    }
    union.getTypeBuffer().setByte(row, typeIds[seed % typeIds.length]);
  }

  private void putDense(Field field, DenseUnionVector union, int row, int seed) {
    int[] typeIds = ((ArrowType.Union) field.getType()).getTypeIds();
    int choice = seed % typeIds.length;
    FieldVector child = (FieldVector) union.getVectorByType((byte) typeIds[choice]);
    int offset = 0;
    for (int i = 0; i < row; i++) {
      offset += union.getTypeId(i) == typeIds[choice] ? 1 : 0;
    }
    union.setTypeId(row, (byte) typeIds[choice]);
    union.setOffset(row, offset);
    put(field.getChildren().get(choice), child, offset, seed);
  }

  /** Runs of 1, 2, 3, 1, 2, 3 ... rows. */
  private void fillRuns(RunEndEncodedVector runs, int rows) {
    BaseIntVector ends = (BaseIntVector) runs.getRunEndsVector();
    int end = 0;
    int run = 0;
    while (end < rows) {
      end = Math.min(rows, end + 1 + run % 3);
      ends.setWithPossibleTruncate(run++, end);
    }
    runs.getRunEndsVector().setValueCount(run);
    Field values = runs.getField().getChildren().getLast();
    fill(values, runs.getValuesVector(), run);
    runs.setValueCount(rows);
  }
}
