package io.datafusion.internal;

import io.datafusion.udf.VectorArguments;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;

/** A batch as a function over vectors sees it. */
record BatchArguments(VectorBinding binding, VectorBatch batch)
    implements VectorArguments, AutoCloseable {
  @Override
  public int rowCount() {
    return batch.rows();
  }

  @Override
  public int size() {
    return batch.size();
  }

  @Override
  public FieldVector vector(int argument) {
    return batch.vector(argument);
  }

  @Override
  public boolean isScalar(int argument) {
    return batch.isScalar(argument);
  }

  @Override
  public Field field(int argument) {
    return binding.arguments().get(argument);
  }

  @Override
  public Field resultField() {
    return binding.result();
  }

  @Override
  public DictionaryProvider dictionaries() {
    return batch.dictionaries();
  }

  @Override
  public BufferAllocator allocator() {
    return VectorBatch.ALLOCATOR;
  }

  @Override
  public void close() {
    batch.close();
  }
}
