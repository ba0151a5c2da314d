package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_schema_release;

import io.datafusion.internal.arrow.CData;
import io.datafusion.internal.arrow.CDataImporter;
import io.datafusion.internal.boundary.Errors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.apache.arrow.vector.types.pojo.Schema;

/** Schemas of results out of native code. */
final class Schemas {
  private Schemas() {}

  /** {@return what a call wrote to its {@code struct ArrowSchema}, as batches have it} */
  static Schema read(Errors.Call call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment schema = arena.allocate(CData.SCHEMA);
      Errors.check(call.make(arena, schema));
      try {
        return WideDecimals.in(CDataImporter.schema(schema));
      } finally {
        df_schema_release(schema);
      }
    }
  }
}
