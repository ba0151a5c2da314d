package io.datafusion.internal;

import io.datafusion.internal.arrow.CDataExporter;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.udf.VectorArguments;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** The fields that a function over vectors is called with, and what it promises. */
record VectorBinding(String name, List<Field> arguments, Field result) {

  /** {@return what the function sees of a batch} */
  VectorArguments arguments(VectorBatch batch) {
    return new Arguments(this, batch);
  }

  /** {@return an answer, checked, as a struct that is lent as long as the arena lives} */
  MemorySegment export(Arena arena, @Nullable FieldVector answer, VectorBatch batch) {
    FieldVector checked = check(answer, batch);
    return CDataExporter.of(arena, batch.dictionaries())
        .withRelease(Upcalls.lent())
        .column(checked);
  }

  /** Native code reads the buffers by the promised type, so it must be that type. */
  private FieldVector check(@Nullable FieldVector answer, VectorBatch batch) {
    if (answer == null) {
      throw new IllegalArgumentException("function '" + name + "' answered null, not a vector");
    }
    if (!VectorTypes.same(result, answer.getField(), batch.dictionaries())) {
      throw new IllegalArgumentException(
          "function '%s' answered a vector of %s, and %s was promised"
              .formatted(name, VectorTypes.text(answer.getField()), VectorTypes.text(result)));
    }
    if (answer.getValueCount() != batch.rows()) {
      throw new IllegalArgumentException(
          "function '%s' answered %d rows, and the batch has %d"
              .formatted(name, answer.getValueCount(), batch.rows()));
    }
    return answer;
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
