package io.datafusion.internal;

import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.codec.UdfInlining;
import io.datafusion.internal.boundary.CallScope;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.boundary.Task;
import io.datafusion.internal.lowering.DepthLimits;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/** One session value: its native object, the calls that run in its name, its limits. */
public final class Session implements AutoCloseable {
  /** An export whose first argument is the session. */
  @FunctionalInterface
  public interface Call {
    /** {@return the error of the call, or null} */
    MemorySegment make(MemorySegment self, SegmentAllocator arena, MemorySegment out);
  }

  private final NativeHandle handle;
  private final CallScope scope = new CallScope();
  private final DepthLimits limits;
  private final UdfInlining inlining;

  /** Takes a native session over. */
  Session(MemorySegment self, DepthLimits limits, UdfInlining inlining) {
    this.handle = new NativeHandle("SessionContext", self, datafusion_c_h::df_session_free);
    this.limits = limits;
    this.inlining = inlining;
  }

  /** {@return the depth that expressions used here may have} */
  public DepthLimits limits() {
    return limits;
  }

  /** {@return whether Java functions travel inside bytes} */
  UdfInlining inlining() {
    return inlining;
  }

  /** {@return the calls that run in this value's name} */
  public CallScope scope() {
    return scope;
  }

  /** {@return what a task of this session made} */
  public MemorySegment run(Call call) {
    return Task.run(
        scope,
        (arena, out) -> {
          try (var lease = handle.lease()) {
            return call.make(lease.segment(), arena, out);
          }
        });
  }

  /** {@return what a call that needs no task wrote} */
  public MemorySegment pointer(Call call) {
    return Errors.pointer(
        (arena, out) -> {
          try (var lease = handle.lease()) {
            return call.make(lease.segment(), arena, out);
          }
        });
  }

  /** Ends this value and what runs in its name. */
  @Override
  public void close() {
    handle.close();
    scope.cancelRunning();
  }
}
