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
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The columns of one call as vectors, moved out of {@code struct df_columns}. */
final class VectorBatch implements AutoCloseable {
  /** What functions allocate from. */
  static final BufferAllocator ALLOCATOR = new FunctionAllocator();

  private final List<FieldVector> vectors = new ArrayList<>();
  private List<Field> fields = List.of();
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
      batch.fields = batch.dictionaries.inMemory(new Schema(fields)).getFields();
      var importer = new CDataImporter(ALLOCATOR, datafusion_c_h::df_array_release);
      long size = CData.ARRAY.byteSize();
      for (int i = 0; i < count; i++) {
        MemorySegment array = arrays.asSlice(i * size, size);
        batch.vectors.add(importer.column(array, batch.fields.get(i), batch.dictionaries));
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

  /** {@return what the vectors were made of, dictionary-encoded ones with their indices' type} */
  List<Field> fields() {
    return fields;
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

  /** Closes every column, also where a function has released the buffers of one. */
  @Override
  public void close() {
    try (dictionaries) {
      close(vectors);
    }
  }

  /**
   * Closes all vectors.
   *
   * @throws IllegalStateException if a buffer of one was released before
   */
  static void close(List<FieldVector> vectors) {
    RuntimeException failure = null;
    for (FieldVector vector : vectors) {
      try {
        vector.close();
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw new IllegalStateException(
          "a buffer of a vector that is lent was released by the function; vectors of a call are"
              + " closed when it returns",
          failure);
    }
  }
}
