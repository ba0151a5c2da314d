package io.datafusion.internal;

import io.datafusion.udf.VectorArguments;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Columns of rows, none of them one value for all, as a function over vectors sees them.
 *
 * @param memory what the vectors were made of
 */
record RowArguments(
    List<FieldVector> vectors,
    List<Field> memory,
    List<Field> fields,
    Field resultField,
    DictionaryProvider dictionaries,
    int rowCount)
    implements VectorArguments {

  static RowArguments of(VectorBatch batch, List<Field> fields, Field result) {
    return new RowArguments(
        batch.vectors(), batch.fields(), fields, result, batch.dictionaries(), batch.rows());
  }

  /** {@return the same of other rows} */
  RowArguments of(List<FieldVector> taken, int rows) {
    return new RowArguments(taken, memory, fields, resultField, dictionaries, rows);
  }

  @Override
  public int size() {
    return vectors.size();
  }

  @Override
  public FieldVector vector(int argument) {
    return vectors.get(argument);
  }

  @Override
  public boolean isScalar(int argument) {
    vectors.get(argument);
    return false;
  }

  @Override
  public Field field(int argument) {
    return fields.get(argument);
  }

  @Override
  public BufferAllocator allocator() {
    return VectorBatch.ALLOCATOR;
  }
}
