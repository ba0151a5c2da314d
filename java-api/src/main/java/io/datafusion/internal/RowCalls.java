package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_output_reserve;

import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.internal.callable.RowLoop;
import io.datafusion.internal.callable.RowMemory;
import io.datafusion.internal.callable.RowSignature;
import java.lang.foreign.MemorySegment;

/** Row functions as what the engine calls. */
final class RowCalls {
  private static final RowMemory MEMORY = new RowMemory(Buffers.SPACE, RowCalls::reserve);

  private RowCalls() {}

  /** {@return the loop over the rows of a batch, a class of its own} */
  static Upcalls.Rows of(RowSignature signature, Object function) {
    return RowLoop.of(signature, function, MEMORY)::run;
  }

  private static void reserve(MemorySegment output, long capacity) {
    Errors.check(df_output_reserve(output, capacity));
  }
}
