package io.datafusion.internal.boundary;

import static io.datafusion.bindings.datafusion_c_h.DF_ERROR_CALLBACK;

import io.datafusion.DataFusionException;
import io.datafusion.bindings.ArrowArray;
import io.datafusion.bindings.df_bound_callback;
import io.datafusion.bindings.df_bound_functions;
import io.datafusion.bindings.df_completion;
import io.datafusion.bindings.df_completion_functions;
import io.datafusion.bindings.df_failure;
import io.datafusion.bindings.df_host_callback;
import io.datafusion.bindings.df_host_functions;
import io.datafusion.bindings.df_scalar_callback;
import io.datafusion.bindings.df_scalar_functions;
import io.datafusion.bindings.df_table_callback;
import io.datafusion.bindings.df_window_callback;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Native code calling Java. The stubs are a fixed set that is never freed, since an upcall may
 * outlive what asked for it; they find their object by a 64-bit handle that is never used twice.
 *
 * <p>A throwable that leaves an upcall ends the process, so each one catches Throwable and answers
 * the error that {@link Failures} makes of it.
 */
public final class Upcalls {
  /** A scalar function over rows: reads arrays, writes an output. */
  @FunctionalInterface
  public interface Rows {
    /** Computes one batch. */
    void invoke(MemorySegment arguments, long rows, MemorySegment output) throws Throwable;
  }

  /** A scalar function over vectors. */
  public interface Vectors {
    /**
     * {@return the function of a call's fields, the last of which is the result's: {@link
     * BoundVectors} or {@link AsyncUpcalls.Bound}}
     */
    Object bind(MemorySegment fields) throws Throwable;

    /** Computes the result field of a call. */
    void returnField(MemorySegment fields, MemorySegment literals, MemorySegment results)
        throws Throwable;

    /** Chooses the types of a call's arguments. */
    void coerceTypes(MemorySegment fields, MemorySegment results) throws Throwable;
  }

  /** A scalar function over vectors whose types are known. */
  @FunctionalInterface
  public interface BoundVectors {
    /** Computes one batch. */
    void invoke(MemorySegment columns, MemorySegment results) throws Throwable;
  }

  /** What native code asks of this process. */
  public interface Host {
    /** Called once on each thread of the runtime, first thing. */
    void threadStarted(long index);

    /** {@return the callable of an inlined function whose digest was checked} */
    Upcalls.Held resolve(byte[] body, byte[] sha256) throws Throwable;
  }

  /**
   * A function and the class loader that it expects around it.
   *
   * @param function {@link Rows}, {@link Vectors}, {@link BoundVectors}, or what another class of
   *     upcalls calls
   */
  public record Held(Object function, @Nullable ClassLoader loader) {
    /** Runs a part of the function with its class loader around it. */
    void within(Body body) throws Throwable {
      Thread thread = Thread.currentThread();
      ClassLoader before = thread.getContextClassLoader();
      thread.setContextClassLoader(loader);
      try {
        body.run();
      } finally {
        thread.setContextClassLoader(before);
        Thread.interrupted(); // what user code leaves behind must not meet the thread's next work
      }
    }
  }

  /** A part of an upcall. */
  @FunctionalInterface
  interface Body {
    /** Runs it. */
    void run() throws Throwable;
  }

  /**
   * Native code shows handles to every class loader that shares the library, so each begins
   * somewhere else: another's handle is never one of ours. There is room above for all of them.
   */
  private static final AtomicLong NEXT =
      new AtomicLong(new SplittableRandom().nextLong(1, Long.MAX_VALUE / 2));

  private static final ConcurrentHashMap<Long, Object> LIVE = new ConcurrentHashMap<>();
  static final MemorySegment RELEASE =
      df_failure.release.allocate(Upcalls::release, Arena.global());
  private static final MemorySegment COMPLETION = completionFunctions();
  private static final MemorySegment ROWS = rowFunctions();
  private static final MemorySegment VECTORS = vectorFunctions();
  private static final MemorySegment BOUND = boundFunctions();
  private static final MemorySegment HOST = hostFunctions();

  private static final MemorySegment LENT =
      ArrowArray.release.allocate(Upcalls::lent, Arena.global());

  static {
    Failures.prepare();
  }

  private Upcalls() {}

  /** {@return the number of objects that native code holds} */
  public static int live() {
    return LIVE.size() + Waiters.size();
  }

  /** {@return what native code holds under a handle, if it holds anything} */
  static @Nullable Object find(long handle) {
    return LIVE.get(handle);
  }

  /** {@return what stands as {@code release} in Arrow structs that are lent for a call} */
  public static MemorySegment lent() {
    return LENT;
  }

  static MemorySegment completion(SegmentAllocator allocator, Task.Waiter waiter) {
    MemorySegment callback = df_completion.allocate(allocator);
    Waiters.add(waiter);
    df_completion.data(callback, waiter.handle);
    df_completion.functions(callback, COMPLETION);
    df_completion.release(callback, RELEASE);
    return callback;
  }

  /** {@return a {@code df_scalar_callback} whose one owner is native code} */
  public static MemorySegment scalar(SegmentAllocator allocator, Held function) {
    MemorySegment callback = df_scalar_callback.allocate(allocator);
    fill(callback, function);
    return callback;
  }

  /** {@return a {@code df_host_callback} whose one owner is native code} */
  public static MemorySegment host(SegmentAllocator allocator, Host host) {
    MemorySegment callback = df_host_callback.allocate(allocator);
    df_host_callback.data(callback, hold(host));
    df_host_callback.functions(callback, HOST);
    df_host_callback.release(callback, RELEASE);
    return callback;
  }

  private static void fill(MemorySegment callback, Held function) {
    df_scalar_callback.data(callback, hold(function));
    df_scalar_callback.functions(
        callback,
        switch (function.function()) {
          case Rows _ -> ROWS;
          case Vectors _ -> VECTORS;
          default -> throw new IllegalArgumentException("no function: " + function.function());
        });
    df_scalar_callback.release(callback, RELEASE);
  }

  static long newHandle() {
    return NEXT.getAndIncrement();
  }

  static long hold(Object object) {
    long handle = newHandle();
    LIVE.put(handle, object);
    return handle;
  }

  /** Holds what a held function made; it expects the same class loader around it. */
  static long holdMadeBy(long handle, Object made) {
    return hold(new Held(made, ((Held) held(handle)).loader()));
  }

  /** {@return what native code has given back, if it held anything} */
  static @Nullable Object drop(long handle) {
    return LIVE.remove(handle);
  }

  static Object held(long handle) {
    Object object = find(handle);
    if (object == null) {
      throw new IllegalStateException("the host has released callback " + handle);
    }
    return object;
  }

  // The upcalls themselves.

  private static void release(long handle) {
    try {
      if (!Waiters.remove(handle)) {
        LIVE.remove(handle);
      }
    } catch (Throwable _) {
      // An entry stays behind; there is nobody to tell.
    }
  }

  /** The release of what was only lent: the struct lives in an arena, the data in vectors. */
  private static void lent(MemorySegment struct) {}

  /** It must not fail, or a caller waits for ever. */
  static void complete(long handle) {
    try {
      Waiters.complete(handle);
    } catch (Throwable _) {
      // There is nobody to tell.
    }
  }

  private static MemorySegment invoke(
      long handle, MemorySegment arguments, long count, long rows, MemorySegment output) {
    return answered(handle, function -> ((Rows) function).invoke(arguments, rows, output));
  }

  private static MemorySegment invokeVectors(
      long handle, MemorySegment columns, MemorySegment results) {
    return answered(handle, function -> ((BoundVectors) function).invoke(columns, results));
  }

  private static MemorySegment bind(long handle, MemorySegment fields, MemorySegment out) {
    return answered(
        handle,
        function -> {
          Object bound = ((Vectors) function).bind(fields);
          MemorySegment callback = out.asSlice(0, df_bound_callback.sizeof());
          df_bound_callback.data(callback, holdMadeBy(handle, bound));
          boolean later = bound instanceof AsyncUpcalls.Bound;
          df_bound_callback.functions(callback, later ? AsyncUpcalls.FUNCTIONS : BOUND);
          df_bound_callback.release(callback, RELEASE);
        });
  }

  private static MemorySegment returnField(
      long handle, MemorySegment fields, MemorySegment literals, MemorySegment results) {
    return answered(
        handle, function -> ((Vectors) function).returnField(fields, literals, results));
  }

  private static MemorySegment coerceTypes(
      long handle, MemorySegment fields, MemorySegment results) {
    return answered(handle, function -> ((Vectors) function).coerceTypes(fields, results));
  }

  /** What is done with a function. */
  @FunctionalInterface
  interface Use {
    /** Does it. */
    void of(Object function) throws Throwable;
  }

  static MemorySegment answered(long handle, Use use) {
    try {
      Held held = (Held) held(handle);
      held.within(() -> use.of(held.function()));
      return MemorySegment.NULL;
    } catch (Throwable thrown) {
      return Failures.report(DF_ERROR_CALLBACK(), thrown);
    }
  }

  private static void threadStarted(long handle, long index) {
    try {
      ((Host) held(handle)).threadStarted(index);
    } catch (Throwable _) {
      // A thread without a name works as well.
    }
  }

  private static MemorySegment resolveScalar(
      long handle, MemorySegment body, long length, MemorySegment sha256, MemorySegment out) {
    return resolved(
        () -> {
          byte[] digest = Buffers.copy(sha256, 32);
          Held function = ((Host) held(handle)).resolve(Buffers.copy(body, length), digest);
          fill(out.asSlice(0, df_scalar_callback.sizeof()), function);
        });
  }

  private static MemorySegment resolveTable(
      long handle, MemorySegment body, long length, MemorySegment sha256, MemorySegment out) {
    return resolved(
        () -> {
          byte[] digest = Buffers.copy(sha256, 32);
          Held function = ((Host) held(handle)).resolve(Buffers.copy(body, length), digest);
          TableUpcalls.fill(out.asSlice(0, df_table_callback.sizeof()), function);
        });
  }

  private static MemorySegment resolveWindow(
      long handle, MemorySegment body, long length, MemorySegment sha256, MemorySegment out) {
    return resolved(
        () -> {
          byte[] digest = Buffers.copy(sha256, 32);
          Held function = ((Host) held(handle)).resolve(Buffers.copy(body, length), digest);
          WindowUpcalls.fill(out.asSlice(0, df_window_callback.sizeof()), function);
        });
  }

  static MemorySegment resolved(Body resolve) {
    try {
      resolve.run();
      return MemorySegment.NULL;
    } catch (Throwable thrown) {
      int code = thrown instanceof DataFusionException e ? e.code() : DF_ERROR_CALLBACK();
      return Failures.report(code, thrown);
    } finally {
      Thread.interrupted();
    }
  }

  private static MemorySegment completionFunctions() {
    MemorySegment functions = df_completion_functions.allocate(Arena.global());
    df_completion_functions.complete(
        functions, df_completion_functions.complete.allocate(Upcalls::complete, Arena.global()));
    return functions;
  }

  private static MemorySegment rowFunctions() {
    MemorySegment functions = df_scalar_functions.allocate(Arena.global());
    df_scalar_functions.invoke(
        functions, df_scalar_functions.invoke.allocate(Upcalls::invoke, Arena.global()));
    return functions;
  }

  private static MemorySegment vectorFunctions() {
    MemorySegment functions = df_scalar_functions.allocate(Arena.global());
    df_scalar_functions.bind(
        functions, df_scalar_functions.bind.allocate(Upcalls::bind, Arena.global()));
    df_scalar_functions.return_field(
        functions, df_scalar_functions.return_field.allocate(Upcalls::returnField, Arena.global()));
    df_scalar_functions.coerce_types(
        functions, df_scalar_functions.coerce_types.allocate(Upcalls::coerceTypes, Arena.global()));
    return functions;
  }

  private static MemorySegment boundFunctions() {
    MemorySegment functions = df_bound_functions.allocate(Arena.global());
    df_bound_functions.invoke(
        functions, df_bound_functions.invoke.allocate(Upcalls::invokeVectors, Arena.global()));
    return functions;
  }

  private static MemorySegment hostFunctions() {
    MemorySegment functions = df_host_functions.allocate(Arena.global());
    df_host_functions.thread_started(
        functions,
        df_host_functions.thread_started.allocate(Upcalls::threadStarted, Arena.global()));
    df_host_functions.resolve_scalar(
        functions,
        df_host_functions.resolve_scalar.allocate(Upcalls::resolveScalar, Arena.global()));
    AggregateUpcalls.addTo(functions);
    df_host_functions.resolve_window(
        functions,
        df_host_functions.resolve_window.allocate(Upcalls::resolveWindow, Arena.global()));
    df_host_functions.resolve_table(
        functions, df_host_functions.resolve_table.allocate(Upcalls::resolveTable, Arena.global()));
    return functions;
  }
}
