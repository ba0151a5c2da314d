package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_logical_plan_resolve_functions;

import io.datafusion.bindings.datafusion_c_h;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** The exports that logical and execution plans both have. */
record PlanCalls(
    Consumer<MemorySegment> free,
    FromBytes fromBytes,
    ToBytes toBytes,
    Display display,
    ToLongFunction<MemorySegment> childCount,
    Child child,
    Out schema,
    Out resolveFunctions) {

  static final PlanCalls LOGICAL =
      new PlanCalls(
          datafusion_c_h::df_logical_plan_free,
          datafusion_c_h::df_logical_plan_from_bytes,
          datafusion_c_h::df_logical_plan_to_bytes,
          datafusion_c_h::df_logical_plan_display,
          datafusion_c_h::df_logical_plan_child_count,
          datafusion_c_h::df_logical_plan_child,
          datafusion_c_h::df_logical_plan_schema,
          (plan, out) -> df_logical_plan_resolve_functions(plan, MemorySegment.NULL, out));

  static final PlanCalls EXECUTION =
      new PlanCalls(
          datafusion_c_h::df_execution_plan_free,
          datafusion_c_h::df_execution_plan_from_bytes,
          datafusion_c_h::df_execution_plan_to_bytes,
          datafusion_c_h::df_execution_plan_display,
          datafusion_c_h::df_execution_plan_child_count,
          datafusion_c_h::df_execution_plan_child,
          datafusion_c_h::df_execution_plan_schema,
          datafusion_c_h::df_execution_plan_resolve_functions);

  /** A message as a plan. */
  interface FromBytes {
    MemorySegment make(MemorySegment session, MemorySegment bytes, long length, MemorySegment out);
  }

  /** A plan as a message. */
  interface ToBytes {
    MemorySegment make(MemorySegment plan, MemorySegment session, MemorySegment out);
  }

  /** A plan as text. */
  interface Display {
    MemorySegment make(MemorySegment plan, boolean tree, MemorySegment out);
  }

  /** A child of a plan. */
  interface Child {
    MemorySegment make(MemorySegment plan, long index, MemorySegment out);
  }

  /** Something of a plan. */
  interface Out {
    MemorySegment make(MemorySegment plan, MemorySegment out);
  }
}
