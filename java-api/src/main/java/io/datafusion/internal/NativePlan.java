package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_execution_plan_partition_count;
import static io.datafusion.bindings.datafusion_c_h.df_logical_plan_optimize;
import static io.datafusion.bindings.datafusion_c_h.df_logical_plan_resolve_functions;

import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.CallScope;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.boundary.Task;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A native plan of either kind: the two have the same exports under two names. */
public final class NativePlan {
  private final PlanCalls calls;
  private final NativeHandle handle;
  private final CallScope scope;

  private NativePlan(PlanCalls calls, MemorySegment self, CallScope scope) {
    this.calls = calls;
    this.handle = new NativeHandle("plan", self, calls.free());
    this.scope = scope;
  }

  static NativePlan logical(MemorySegment self, Session session) {
    return new NativePlan(PlanCalls.LOGICAL, self, session.scope());
  }

  static NativePlan execution(MemorySegment self, Session session) {
    return new NativePlan(PlanCalls.EXECUTION, self, session.scope());
  }

  /** {@return the logical plan of a message} */
  public static NativePlan logical(Session session, byte[] bytes) {
    return read(PlanCalls.LOGICAL, session, bytes);
  }

  /** {@return the execution plan of a message} */
  public static NativePlan execution(Session session, byte[] bytes) {
    return read(PlanCalls.EXECUTION, session, bytes);
  }

  private static NativePlan read(PlanCalls calls, Session session, byte[] bytes) {
    MemorySegment self =
        session.run(
            (owner, arena, out) ->
                calls.fromBytes().make(owner, Buffers.of(arena, bytes), bytes.length, out));
    return new NativePlan(calls, self, session.scope());
  }

  /** {@return the native object} */
  public NativeHandle handle() {
    return handle;
  }

  /** {@return the message, written by a session's codecs or fresh ones} */
  public byte[] toBytes(@Nullable Session session) {
    if (session == null) {
      return Buffers.take(
          run((self, _, out) -> calls.toBytes().make(self, MemorySegment.NULL, out)));
    }
    return Buffers.take(
        session.run(
            (owner, _, out) -> {
              try (var lease = handle.lease()) {
                return calls.toBytes().make(lease.segment(), owner, out);
              }
            }));
  }

  /** {@return this logical plan after the optimizer} */
  public NativePlan optimize(Session session) {
    MemorySegment made =
        session.run(
            (owner, _, out) -> {
              try (var lease = handle.lease()) {
                return df_logical_plan_optimize(lease.segment(), owner, out);
              }
            });
    return new NativePlan(calls, made, session.scope());
  }

  /** {@return the plan as text: all of it, or the one line of its root} */
  public String display(boolean tree) {
    return Buffers.takeText(run((self, _, out) -> calls.display().make(self, tree, out)));
  }

  /** {@return the plans that this one reads from} */
  public List<NativePlan> children() {
    var children = new ArrayList<NativePlan>();
    for (long i = 0; i < childCount(); i++) {
      long index = i;
      MemorySegment child = run((self, _, out) -> calls.child().make(self, index, out));
      children.add(new NativePlan(calls, child, scope));
    }
    return List.copyOf(children);
  }

  private long childCount() {
    try (var lease = handle.lease()) {
      return calls.childCount().applyAsLong(lease.segment());
    }
  }

  /** {@return the columns} */
  public Schema schema() {
    try (var lease = handle.lease()) {
      return Schemas.read((_, out) -> calls.schema().make(lease.segment(), out));
    }
  }

  /**
   * Brings every function inside this logical plan to life, and calls table functions in a session.
   */
  public void resolveFunctions(Session session) {
    session.run(
        (owner, _, out) -> {
          try (var lease = handle.lease()) {
            return df_logical_plan_resolve_functions(lease.segment(), owner, out);
          }
        });
  }

  /** Brings every function inside to life now. */
  public void resolveFunctions() {
    run((self, _, out) -> calls.resolveFunctions().make(self, out));
  }

  /** {@return the number of partitions of an execution plan} */
  public int partitionCount() {
    try (var lease = handle.lease()) {
      return Math.toIntExact(df_execution_plan_partition_count(lease.segment()));
    }
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
