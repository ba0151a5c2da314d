package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_results_push;

import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.udf.VectorFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.apache.arrow.vector.FieldVector;

/** A function over vectors as what the engine calls with batches of known fields. */
record VectorCall(VectorBinding binding, VectorFunction function) implements Upcalls.BoundVectors {

  @Override
  public void invoke(MemorySegment columns, MemorySegment results) throws Exception {
    try (VectorBatch batch = VectorBatch.of(binding.arguments(), columns);
        FieldVector answer = function.apply(binding.arguments(batch));
        Arena arena = Arena.ofConfined()) {
      Errors.check(df_results_push(results, binding.export(arena, answer, batch)));
    }
  }
}
