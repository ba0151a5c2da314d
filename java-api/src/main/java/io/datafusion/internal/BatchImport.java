package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_batches_new;
import static io.datafusion.bindings.datafusion_c_h.df_batches_push;

import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.internal.arrow.CDataExporter;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.boundary.Upcalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;

/** Batches of Arrow Java copied into native memory. */
final class BatchImport {
  private BatchImport() {}

  /** {@return the one batch} */
  static NativeHandle of(VectorSchemaRoot batch) {
    var noDictionaries = new DictionaryProvider.MapDictionaryProvider();
    try (Arena arena = Arena.ofConfined()) {
      NativeHandle batches = make(lender(arena, noDictionaries), batch);
      push(batches, lender(arena, noDictionaries), batch);
      return batches;
    }
  }

  /** {@return what the reader has left} */
  static NativeHandle of(ArrowReader reader) throws IOException {
    VectorSchemaRoot root = reader.getVectorSchemaRoot();
    NativeHandle batches;
    try (Arena arena = Arena.ofConfined()) {
      batches = make(lender(arena, reader), root);
    }
    while (reader.loadNextBatch()) {
      try (Arena arena = Arena.ofConfined()) {
        push(batches, lender(arena, reader), root);
      }
    }
    return batches;
  }

  private static CDataExporter lender(Arena arena, DictionaryProvider dictionaries) {
    return CDataExporter.of(arena, dictionaries).withRelease(Upcalls.lent());
  }

  private static NativeHandle make(CDataExporter exporter, VectorSchemaRoot root) {
    MemorySegment schema = exporter.schema(root.getSchema());
    return new NativeHandle(
        "batches",
        Errors.pointer((_, out) -> df_batches_new(schema, out)),
        datafusion_c_h::df_batches_free);
  }

  private static void push(NativeHandle batches, CDataExporter exporter, VectorSchemaRoot root) {
    try (var lease = batches.lease()) {
      Errors.check(df_batches_push(lease.segment(), exporter.batch(root)));
    }
  }
}
