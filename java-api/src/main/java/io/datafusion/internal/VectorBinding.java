package io.datafusion.internal;

import io.datafusion.udf.VectorArguments;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;

/** The fields that a function over vectors is called with, and what it promises. */
record VectorBinding(String name, List<Field> arguments, Field result) {

  /** {@return what the function sees of a batch} */
  VectorArguments arguments(VectorBatch batch) {
    return new Arguments(this, batch);
  }

  /** {@return what is promised for a batch} */
  VectorAnswer answer(VectorBatch batch) {
    return new VectorAnswer(name, result, batch.rows());
  }

  private record Arguments(VectorBinding binding, VectorBatch batch) implements VectorArguments {
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
      return binding.arguments.get(argument);
    }

    @Override
    public Field resultField() {
      return binding.result;
    }

    @Override
    public DictionaryProvider dictionaries() {
      return batch.dictionaries();
    }

    @Override
    public BufferAllocator allocator() {
      return VectorBatch.ALLOCATOR;
    }
  }
}
