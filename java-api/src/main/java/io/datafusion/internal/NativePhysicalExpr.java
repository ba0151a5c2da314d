package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_batch_into_array;
import static io.datafusion.bindings.datafusion_c_h.df_physical_expr_display;
import static io.datafusion.bindings.datafusion_c_h.df_physical_expr_evaluate;
import static io.datafusion.bindings.datafusion_c_h.df_physical_expr_new;
import static io.datafusion.bindings.datafusion_c_h.df_physical_expr_schema;

import io.datafusion.Expr;
import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.internal.arrow.CData;
import io.datafusion.internal.arrow.CDataImporter;
import io.datafusion.internal.arrow.IpcSchema;
import io.datafusion.internal.arrow.VectorLimits;
import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.CallScope;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.boundary.Task;
import io.datafusion.internal.lowering.Lowering;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** A native physical expression. */
public final class NativePhysicalExpr {
  private final NativeHandle handle;
  private final CallScope scope;

  NativePhysicalExpr(MemorySegment self, Session session) {
    this.handle = new NativeHandle("PhysicalExpr", self, datafusion_c_h::df_physical_expr_free);
    this.scope = session.scope();
  }

  /** {@return an expression, planned in a session over the columns of a schema} */
  public static NativePhysicalExpr of(Session session, Expr expr, Schema schema) {
    byte[] fields = IpcSchema.toBytes(schema);
    var lowering = new Lowering(session.limits());
    byte[] program = lowering.expr(expr).toByteArray();
    MemorySegment made =
        session.run(
            (self, arena, out) -> {
              try (var functions = lowering.functions(arena)) {
                return df_physical_expr_new(
                    self,
                    Buffers.of(arena, program),
                    program.length,
                    functions.segment(),
                    functions.length(),
                    Buffers.of(arena, fields),
                    fields.length,
                    out);
              }
            });
    return new NativePhysicalExpr(made, session);
  }

  /** {@return the native object} */
  public NativeHandle handle() {
    return handle;
  }

  /** {@return the column that the expression makes} */
  public Field field() {
    return schema().getFields().getFirst();
  }

  private Schema schema() {
    try (var lease = handle.lease()) {
      return Schemas.read((_, out) -> df_physical_expr_schema(lease.segment(), out));
    }
  }

  /** {@return what the expression makes of a batch, in the engine's memory} */
  public VectorSchemaRoot evaluate(VectorSchemaRoot batch, BufferAllocator allocator) {
    Schema schema = VectorLimits.check(schema());
    checkPlain(schema.getFields().getFirst());
    MemorySegment made = evaluate(batch);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment array = arena.allocate(CData.ARRAY);
      Errors.check(df_batch_into_array(made, array));
      return load(array, schema, allocator);
    }
  }

  private static void checkPlain(Field field) {
    if (field.getDictionary() != null) {
      throw new UnsupportedOperationException(
          "'" + field.getName() + "' is dictionary-encoded; cast the expression to plain values");
    }
    field.getChildren().forEach(NativePhysicalExpr::checkPlain);
  }

  private MemorySegment evaluate(VectorSchemaRoot batch) {
    try (NativeHandle batches = BatchImport.of(batch)) {
      return run((self, _, out) -> df_physical_expr_evaluate(self, batches.release(), out));
    }
  }

  private static VectorSchemaRoot load(
      MemorySegment array, Schema schema, BufferAllocator allocator) {
    var importer = new CDataImporter(allocator, datafusion_c_h::df_array_release);
    VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
    try {
      importer.load(array, root, new DictionaryProvider.MapDictionaryProvider());
      return root;
    } catch (Throwable failure) {
      root.close();
      throw failure;
    }
  }

  /** {@return the expression as text} */
  public String display() {
    return Buffers.takeText(run((self, _, out) -> df_physical_expr_display(self, out)));
  }

  private MemorySegment run(Session.Call call) {
    return Task.run(
        scope,
        (arena, out) -> {
          try (var lease = handle.lease()) {
            return call.make(lease.segment(), arena, out);
          }
        });
  }
}
