package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_results_push;

import io.datafusion.internal.arrow.CDataExporter;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.udf.VectorArguments;
import io.datafusion.udf.VectorFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** A function over vectors as what the engine calls with batches of known fields. */
record VectorCall(String name, VectorFunction function, List<Field> arguments, Field result)
    implements Upcalls.BoundVectors {

  @Override
  public void invoke(MemorySegment columns, MemorySegment results) throws Exception {
    try (VectorBatch batch = VectorBatch.of(arguments, columns)) {
      FieldVector answer = function.apply(new Arguments(this, batch));
      try {
        check(answer, batch);
        push(answer, batch.dictionaries(), results);
      } finally {
        if (answer != null) {
          answer.close();
        }
      }
    }
  }

  private void push(FieldVector answer, DictionaryProvider dictionaries, MemorySegment results) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment array =
          CDataExporter.of(arena, dictionaries).withRelease(Upcalls.lent()).column(answer);
      Errors.check(df_results_push(results, array));
    }
  }

  /** Native code reads the buffers by the promised type, so it must be that type. */
  private void check(@Nullable FieldVector answer, VectorBatch batch) {
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
