package io.datafusion.internal.arrow;

import static io.datafusion.internal.arrow.CData.NULL;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Writes {@code struct ArrowArray} over the buffers of vectors. The other side believes the lengths
 * that stand in the struct, so every buffer is checked to hold what they promise.
 */
final class ArrayWriter {
  private final Arena arena;
  private final DictionaryProvider dictionaries;
  private final MemorySegment release;

  ArrayWriter(Arena arena, DictionaryProvider dictionaries, MemorySegment release) {
    this.arena = arena;
    this.dictionaries = dictionaries;
    this.release = release;
  }

  MemorySegment batch(VectorSchemaRoot root) {
    List<Field> fields = root.getSchema().getFields();
    long[] columns = new long[fields.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = array(fields.get(i), root.getVector(i), root.getRowCount()).address();
    }
    return struct(root.getRowCount(), 0, new long[] {NULL}, columns);
  }

  MemorySegment column(FieldVector vector) {
    return array(vector.getField(), vector, vector.getValueCount());
  }

  private MemorySegment struct(long length, long nulls, long[] buffers, long[] children) {
    MemorySegment struct = arena.allocate(CData.ARRAY);
    struct.set(JAVA_LONG, CData.ARRAY_LENGTH, length);
    struct.set(JAVA_LONG, CData.ARRAY_NULL_COUNT, nulls);
    struct.set(JAVA_LONG, CData.ARRAY_BUFFER_COUNT, buffers.length);
    struct.set(JAVA_LONG, CData.ARRAY_BUFFERS, CData.pointers(buffers, arena));
    struct.set(JAVA_LONG, CData.ARRAY_CHILD_COUNT, children.length);
    struct.set(JAVA_LONG, CData.ARRAY_CHILDREN, CData.pointers(children, arena));
    struct.set(JAVA_LONG, CData.ARRAY_RELEASE, release.address());
    return struct;
  }

  /** The first {@code length} rows of a vector. */
  private MemorySegment array(Field field, FieldVector vector, int length) {
    if (vector.getValueCount() < length) {
      throw new IllegalArgumentException(
          "the vector of field '%s' has %d rows, its parent needs %d"
              .formatted(field.getName(), vector.getValueCount(), length));
    }
    FieldVector storage = storage(vector);
    BufferAddresses buffers = new BufferAddresses(field, storage, length, arena);
    long[] children = children(field, storage, length, buffers);
    long nulls = buffers.nullCount();
    MemorySegment struct = struct(length, nulls, buffers.addresses(), children);
    if (field.getDictionary() != null) {
      FieldVector values = SchemaWriter.dictionary(dictionaries, field).getVector();
      MemorySegment dictionary = array(values.getField(), values, values.getValueCount());
      struct.set(JAVA_LONG, CData.ARRAY_DICTIONARY, dictionary.address());
    }
    return struct;
  }

  private long[] children(Field field, FieldVector vector, int length, BufferAddresses buffers) {
    ArrayLayout layout = ArrayLayout.of(field);
    List<Field> fields = field.getChildren();
    if (fields.isEmpty() || field.getDictionary() != null) {
      return new long[0];
    }
    List<FieldVector> vectors = childVectors(field, vector);
    long[] structs = new long[vectors.size()];
    for (int i = 0; i < structs.length; i++) {
      FieldVector child = vectors.get(i);
      int rows =
          switch (layout) {
            case ArrayLayout.Struct _, ArrayLayout.SparseUnion _ -> length;
            case ArrayLayout.FixedLists lists -> Math.multiplyExact(length, lists.size());
            case ArrayLayout.Lists _ -> Math.toIntExact(buffers.end());
            default -> child.getValueCount();
          };
      structs[i] = array(fields.get(i), child, rows).address();
    }
    return structs;
  }

  private static List<FieldVector> childVectors(Field field, FieldVector vector) {
    List<FieldVector> children = vector.getChildrenFromFields();
    if (children.size() != field.getChildren().size()) {
      throw new IllegalArgumentException(
          "the vector of field '%s' has %d children, its field %d"
              .formatted(field.getName(), children.size(), field.getChildren().size()));
    }
    if (!(vector instanceof DenseUnionVector union)) {
      return children;
    }
    // the field lists the children by type id, the vector in the order they were added
    List<FieldVector> byTypeId = new ArrayList<>();
    for (int typeId : Format.typeIds(field, (ArrowType.Union) Format.storage(field))) {
      byTypeId.add((FieldVector) union.getVectorByType((byte) typeId));
    }
    return byTypeId;
  }

  private static FieldVector storage(FieldVector vector) {
    return vector instanceof ExtensionTypeVector<?> extension
        ? storage(extension.getUnderlyingVector())
        : vector;
  }
}
