package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_dataframe_apply;
import static io.datafusion.bindings.datafusion_c_h.df_dataframe_count;
import static io.datafusion.bindings.datafusion_c_h.df_dataframe_execute;
import static io.datafusion.bindings.datafusion_c_h.df_dataframe_execution_plan;
import static io.datafusion.bindings.datafusion_c_h.df_dataframe_logical_plan;
import static io.datafusion.bindings.datafusion_c_h.df_dataframe_schema;
import static io.datafusion.bindings.datafusion_c_h.df_dataframe_text;
import static io.datafusion.bindings.datafusion_c_h.df_dataframe_write;

import io.datafusion.FileSink;
import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.boundary.Task;
import io.datafusion.internal.lowering.Files;
import io.datafusion.internal.lowering.Lowering;
import io.datafusion.internal.message.DataFrameVerb;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A native data frame, and what can be asked of it. */
public record Frame(Session session, NativeHandle handle) {

  static NativeHandle handle(MemorySegment self) {
    return new NativeHandle("DataFrame", self, datafusion_c_h::df_dataframe_free);
  }

  /** {@return a lowering under the limits of the frame's session} */
  public Lowering lowering() {
    return new Lowering(session.limits());
  }

  /**
   * {@return the frame after a verb}
   *
   * @param lowering what made the verb's programs
   * @param other the other side of a verb of two frames
   */
  public Frame apply(DataFrameVerb verb, Lowering lowering, @Nullable Frame other) {
    byte[] message = verb.toByteArray();
    MemorySegment made =
        run(
            (self, arena, out) -> {
              try (var functions = lowering.functions(arena);
                  var others = Optional.ofNullable(other).orElse(this).handle.lease()) {
                MemorySegment list = arena.allocate(ValueLayout.ADDRESS);
                list.set(ValueLayout.ADDRESS, 0, others.segment());
                return df_dataframe_apply(
                    self,
                    Buffers.of(arena, message),
                    message.length,
                    functions.segment(),
                    functions.length(),
                    list,
                    other == null ? 0 : 1,
                    out);
              }
            });
    return new Frame(session, handle(made));
  }

  /** {@return the columns} */
  public Schema schema() {
    try (var lease = handle.lease()) {
      return Schemas.read((_, out) -> df_dataframe_schema(lease.segment(), out));
    }
  }

  /** {@return the logical plan, optimized or as it was made} */
  public NativePlan logicalPlan(boolean optimized) {
    return NativePlan.logical(
        run((self, _, out) -> df_dataframe_logical_plan(self, optimized, out)), session);
  }

  /** {@return the execution plan} */
  public NativePlan executionPlan() {
    return NativePlan.execution(
        run((self, _, out) -> df_dataframe_execution_plan(self, out)), session);
  }

  /** {@return the running stream of the rows} */
  public NativeStream execute() {
    return NativeStream.begin(
        session.scope(), () -> run((self, _, out) -> df_dataframe_execute(self, out)));
  }

  /** {@return the number of rows} */
  public long count() {
    return Buffers.takeLong(run((self, _, out) -> df_dataframe_count(self, out)));
  }

  /** {@return rows as a table of text} */
  public String text(long rows) {
    return Buffers.takeText(run((self, _, out) -> df_dataframe_text(self, rows, out)));
  }

  /** {@return the number of rows written} */
  public long write(FileSink sink) {
    byte[] message = Files.sink(sink);
    return Buffers.takeLong(
        run(
            (self, arena, out) ->
                df_dataframe_write(self, Buffers.of(arena, message), message.length, out)));
  }

  private MemorySegment run(Session.Call call) {
    return Task.run(
        session.scope(),
        (arena, out) -> {
          try (var lease = handle.lease()) {
            return call.make(lease.segment(), arena, out);
          }
        });
  }
}
