package io.datafusion.internal;

import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.udf.VectorFunction;
import java.lang.foreign.MemorySegment;
import org.apache.arrow.vector.FieldVector;

/** A function over vectors as what the engine calls with batches of known fields. */
record VectorCall(VectorBinding binding, VectorFunction function) implements Upcalls.BoundVectors {

  @Override
  public void invoke(MemorySegment columns, MemorySegment results) throws Exception {
    try (VectorBatch batch = VectorBatch.of(binding.arguments(), columns)) {
      FieldVector answer = function.apply(binding.arguments(batch));
      binding.answer(batch).push(answer, batch, results);
    }
  }
}
