package io.datafusion.internal;

import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.udf.VectorArguments;
import io.datafusion.udf.VectorFunction;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;

/** A function over vectors as what the engine calls with batches of known fields. */
record VectorCall(String name, VectorFunction function, List<Field> arguments, Field result)
    implements Upcalls.BoundVectors {

  @Override
  public void invoke(MemorySegment columns, MemorySegment results) throws Exception {
    try (VectorBatch batch = VectorBatch.of(arguments, columns)) {
      FieldVector answer = function.apply(new Arguments(this, batch));
      new VectorAnswer(name, result, batch.rows()).push(answer, batch, results);
    }
  }

  private record Arguments(VectorCall call, VectorBatch batch) implements VectorArguments {
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
      return call.arguments.get(argument);
    }

    @Override
    public Field resultField() {
      return call.result;
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
