package io.datafusion.internal.arrow;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Loads the arrays of one batch into vectors, once all of them are read. Offsets are honoured at
 * every level: by moving pointers, and by a copy only for bitmaps that do not start on a byte and
 * for run ends.
 */
final class ArrayReader implements AutoCloseable {
  private record Load(FieldVector vector, BufferList buffers) {}

  private final BufferAllocator allocator;
  private final DictionaryProvider dictionaries;
  private final List<Load> loads = new ArrayList<>();
  private boolean denseUnions;

  ArrayReader(BufferAllocator allocator, DictionaryProvider dictionaries) {
    this.allocator = allocator;
    this.dictionaries = dictionaries;
  }

  /** {@return how many bytes of the batch the vectors are to share} */
  long bytes() {
    long bytes = 0;
    for (Load load : loads) {
      bytes += load.buffers.bytes();
    }
    return bytes;
  }

  /**
   * Loads parts of the batch into the vectors, which hold nothing. A vector always has a bitmap;
   * those that are absent become parts of one buffer, too.
   */
  void load(ArrowBuf whole) {
    long size = 0;
    for (Load load : loads) {
      size += aligned(Bitmaps.bytes(load.buffers.absentBits()));
    }
    try (ArrowBuf bitmaps = allocator.buffer(size)) {
      long address = bitmaps.memoryAddress();
      for (Load load : loads) {
        long bits = load.buffers.absentBits();
        long bytes = Bitmaps.bytes(bits);
        Bitmaps.setAll(address, bits);
        load.buffers.load(load.vector, whole, BatchMemory.part(bitmaps, address, bytes));
        address += aligned(bytes);
      }
    }
  }

  private static long aligned(long bytes) {
    return (bytes + Long.BYTES - 1) & -Long.BYTES;
  }

  private BufferList add(ArrayView array, Field field, FieldVector vector) {
    BufferList buffers = new BufferList(allocator, array, field);
    loads.add(new Load(storage(vector), buffers));
    return buffers;
  }

  @Override
  public void close() {
    loads.forEach(load -> load.buffers.close());
  }

  /** {@return whether a dense union was among what was read} */
  boolean sawDenseUnion() {
    return denseUnions;
  }

  /**
   * Reads an array that is to be loaded into a vector.
   *
   * @param array the rows to load
   * @param field the vector's field, dictionary-encoded ones with the type of their indices
   * @param vector the vector
   */
  void read(ArrayView array, Field field, FieldVector vector) {
    ArrayLayout layout = ArrayLayout.of(field);
    readDictionary(array, field);
    BufferList buffers = add(array, field, vector);
    switch (layout) {
      case ArrayLayout.Nulls _ -> {}
      case ArrayLayout.Fixed fixed -> buffers.expect(2).validity().values(1, fixed.bits());
      case ArrayLayout.Variable variable ->
          buffers.expect(3).validity().offsetsAndData(variable.offsetWidth());
      case ArrayLayout.Views _ -> buffers.validity().views();
      case ArrayLayout.Struct _ -> {
        buffers.expect(1).validity();
        readAligned(array, field, vector);
      }
      case ArrayLayout.Lists lists ->
          readList(array, field, vector, buffers.expect(2).validity().offsets(lists.offsetWidth()));
      case ArrayLayout.ListViews views -> {
        int bits = views.offsetWidth() * Byte.SIZE;
        buffers.expect(3).validity().values(1, bits).values(2, bits);
        readItems(array.child(0), field, vector);
      }
      case ArrayLayout.FixedLists lists -> {
        buffers.expect(1).validity();
        long size = lists.size();
        ArrayView items = array.child(0).window(array.offset() * size, array.length() * size);
        readItems(items, field, vector);
      }
      case ArrayLayout.SparseUnion _ -> {
        buffers.expect(1).values(0, Byte.SIZE);
        readAligned(array, field, vector);
      }
      case ArrayLayout.DenseUnion _ -> {
        buffers.expect(2).values(0, Byte.SIZE).values(1, Integer.SIZE);
        readDense(array, field, vector);
      }
      case ArrayLayout.RunEnds _ -> readRuns(array, field, vector);
    }
  }

  private void readDictionary(ArrayView array, Field field) {
    DictionaryEncoding encoding = field.getDictionary();
    if (encoding == null) {
      return;
    }
    Dictionary dictionary = dictionaries.lookup(encoding.getId());
    if (dictionary == null || !array.hasDictionary()) {
      throw new IllegalArgumentException(
          "field '" + field.getName() + "' comes without its dictionary " + encoding.getId());
    }
    FieldVector values = dictionary.getVector();
    values.clear();
    read(array.dictionary(), values.getField(), values);
  }

  /** Children with a row for each row of the parent. */
  private void readAligned(ArrayView array, Field field, FieldVector vector) {
    List<FieldVector> children = children(array, field, vector);
    for (int i = 0; i < children.size(); i++) {
      ArrayView child = array.child(i).window(array.offset(), array.length());
      read(child, field.getChildren().get(i), children.get(i));
    }
  }

  private void readList(ArrayView array, Field field, FieldVector vector, long items) {
    // what lies after the last offset belongs to rows that were sliced away
    readItems(array.child(0).window(0, items), field, vector);
  }

  private void readItems(ArrayView items, Field field, FieldVector vector) {
    read(items, field.getChildren().getFirst(), storage(vector).getChildrenFromFields().getFirst());
  }

  private void readDense(ArrayView array, Field field, FieldVector vector) {
    denseUnions = true;
    children(array, field, vector);
    DenseUnionVector union = (DenseUnionVector) storage(vector);
    int[] typeIds = Format.typeIds(field, (ArrowType.Union) Format.storage(field));
    for (int i = 0; i < typeIds.length; i++) {
      FieldVector child = (FieldVector) union.getVectorByType((byte) typeIds[i]);
      read(array.child(i), field.getChildren().get(i), child);
    }
  }

  private void readRuns(ArrayView array, Field field, FieldVector vector) {
    List<FieldVector> children = children(array, field, vector);
    Field ends = field.getChildren().getFirst();
    RunWindow runs = RunWindow.of(array, ((ArrowType.Int) ends.getType()).getBitWidth());
    if (runs.isWhole()) {
      read(runs.ends(), ends, children.getFirst());
    } else {
      add(runs.ends(), ends, children.getFirst()).absent().made(runs.bytes(), runs::writeEnds);
    }
    read(runs.values(), field.getChildren().getLast(), children.getLast());
  }

  private static List<FieldVector> children(ArrayView array, Field field, FieldVector vector) {
    int expected = field.getChildren().size();
    List<FieldVector> children = storage(vector).getChildrenFromFields();
    if (children.size() != expected) {
      throw new UnsupportedOperationException(
          "Arrow Java has no vector for field '%s' of type %s: two of its children share a name"
              .formatted(field.getName(), field.getType()));
    }
    if (array.childCount() != expected) {
      throw new IllegalArgumentException(
          "field '%s' of type %s has %d children, its array %d"
              .formatted(field.getName(), field.getType(), expected, array.childCount()));
    }
    return children;
  }

  private static FieldVector storage(FieldVector vector) {
    return vector instanceof ExtensionTypeVector<?> extension
        ? storage(extension.getUnderlyingVector())
        : vector;
  }
}
