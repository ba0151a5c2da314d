package io.datafusion.internal;

import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.codec.UdfInlining;
import io.datafusion.internal.boundary.CallScope;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.boundary.Task;
import io.datafusion.internal.lowering.DepthLimits;
import io.datafusion.udf.TableArguments;
import io.datafusion.udf.TableFunction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.ref.Reference;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** One session value: its native object, the calls that run in its name, its limits. */
public final class Session implements AutoCloseable {
  /** An export whose first argument is the session. */
  @FunctionalInterface
  public interface Call {
    /** {@return the error of the call, or null} */
    MemorySegment make(MemorySegment self, SegmentAllocator arena, MemorySegment out);
  }

  /** An export that makes another value over a session. */
  @FunctionalInterface
  interface Derivation {
    /**
     * {@return the error of the call, or null}
     *
     * @param number what callbacks name the new value by
     */
    MemorySegment make(MemorySegment from, SegmentAllocator arena, long number, MemorySegment out);
  }

  /** Runs a table function's code with this session. */
  @FunctionalInterface
  public interface TableCaller {
    /** {@return the frame that the code answers} */
    NativeHandle table(TableFunction.Body body, TableArguments arguments) throws Exception;
  }

  /** Begins anywhere: no session of another class loader that shares the library has the same. */
  private static final AtomicLong NEXT =
      new AtomicLong(new SplittableRandom().nextLong(1, Long.MAX_VALUE / 2));

  private static final WeakValues<Session> BY_NUMBER = new WeakValues<>();

  private final NativeHandle handle;
  private final CallScope scope = new CallScope();
  private final DepthLimits limits;
  private final UdfInlining inlining;
  private volatile @Nullable TableCaller tables;

  private Session(MemorySegment self, DepthLimits limits, UdfInlining inlining) {
    this.handle = new NativeHandle("SessionContext", self, datafusion_c_h::df_session_free);
    this.limits = limits;
    this.inlining = inlining;
  }

  /**
   * {@return a session value}
   *
   * @param made makes the native session, which is told a number that callbacks name it by
   */
  static Session of(LongFunction<MemorySegment> made, DepthLimits limits, UdfInlining inlining) {
    long number = NEXT.getAndIncrement();
    var session = new Session(made.apply(number), limits, inlining);
    BY_NUMBER.put(number, session);
    return session;
  }

  /** {@return another value over the same native session, under the same policy} */
  Session derived(Derivation export) {
    return derived(export, inlining);
  }

  /** {@return another value over the same native session, under a policy} */
  Session derived(Derivation export, UdfInlining policy) {
    return of(
        number -> pointer((from, arena, out) -> export.make(from, arena, number, out)),
        limits,
        policy);
  }

  /**
   * {@return the session that native code names}
   *
   * @throws IllegalStateException if nobody has it any more
   */
  static Session of(long number) {
    return BY_NUMBER
        .get(number)
        .orElseThrow(() -> new IllegalStateException("the calling session is gone"));
  }

  /** Says how table functions are called with this session. */
  public void callsTables(TableCaller caller) {
    this.tables = caller;
  }

  NativeHandle table(TableFunction.Body body, TableArguments arguments) throws Exception {
    return Objects.requireNonNull(tables, "tables").table(body, arguments);
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
    try {
      return Task.run(
          scope,
          (arena, out) -> {
            try (var lease = handle.lease()) {
              return call.make(lease.segment(), arena, out);
            }
          });
    } finally {
      Reference.reachabilityFence(this); // a callback may ask for it by its number
    }
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
