package io.datafusion.internal;

import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.bindings.df_columns;
import io.datafusion.internal.arrow.CData;
import io.datafusion.internal.arrow.CDataImporter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The columns of one call as vectors, moved out of {@code struct df_columns}. */
final class VectorBatch implements AutoCloseable {
  /** What functions allocate from. The engine limits a query's memory, this limits nothing. */
  static final BufferAllocator ALLOCATOR = new RootAllocator();

  private final List<FieldVector> vectors = new ArrayList<>();
  private final FieldDictionaries dictionaries = new FieldDictionaries();
  private final boolean[] scalars;
  private final int rows;

  private VectorBatch(boolean[] scalars, int rows) {
    this.scalars = scalars;
    this.rows = rows;
  }

  /**
   * {@return the vectors of the columns}
   *
   * @param fields their fields, as an IPC message has them
   * @throws UnsupportedOperationException if Arrow Java has no vector for a type
   */
  static VectorBatch of(List<Field> fields, MemorySegment columns) {
    int count = fields.size();
    MemorySegment arrays = df_columns.arrays(columns);
    MemorySegment flags = df_columns.scalars(columns);
    var scalars = new boolean[count];
    for (int i = 0; i < count; i++) {
      scalars[i] = flags.get(ValueLayout.JAVA_BYTE, i) != 0;
    }
    var batch = new VectorBatch(scalars, Math.toIntExact(df_columns.rows(columns)));
    try {
      Schema memory = batch.dictionaries.inMemory(new Schema(fields));
      var importer = new CDataImporter(ALLOCATOR, datafusion_c_h::df_array_release);
      long size = CData.ARRAY.byteSize();
      for (int i = 0; i < count; i++) {
        MemorySegment array = arrays.asSlice(i * size, size);
        Field field = memory.getFields().get(i);
        batch.vectors.add(importer.column(array, field, batch.dictionaries));
      }
      return batch;
    } catch (Throwable e) {
      batch.close();
      throw e;
    }
  }

  /** {@return no columns of so many rows} */
  static VectorBatch of(int rows) {
    return new VectorBatch(new boolean[0], rows);
  }

  /** {@return whether a vector is one of the columns} */
  boolean holds(FieldVector vector) {
    return vectors.stream().anyMatch(held -> held == vector);
  }

  FieldVector vector(int index) {
    return vectors.get(index);
  }

  List<FieldVector> vectors() {
    return List.copyOf(vectors);
  }

  int size() {
    return vectors.size();
  }

  boolean isScalar(int index) {
    return scalars[index];
  }

  int rows() {
    return rows;
  }

  FieldDictionaries dictionaries() {
    return dictionaries;
  }

  @Override
  public void close() {
    vectors.forEach(FieldVector::close);
    dictionaries.close();
  }
}
