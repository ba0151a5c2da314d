package io.datafusion.exchange;

import io.datafusion.SessionContext;
import io.datafusion.internal.exchange.SerializedForm;
import java.io.ObjectInputFilter;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whose functions, tables, codecs and policy read what comes without a context: {@link
 * io.datafusion.Expr#fromBytes(byte[])}, and expressions, plans and functions in a Java object
 * stream.
 *
 * <p>A scope's context wins over the thread's, the thread's over the process's, and where none is
 * there {@link SessionContext#global()} reads, which takes Java functions out of bytes. A context
 * that is there and refuses is not passed over. Scope and thread are those of the calling thread
 * alone: the threads of an executor do not inherit them, whatever scope hands them a task, nor do
 * the engine's, which call functions; only subtasks forked in a StructuredTaskScope have the scope
 * they were forked in. A worker that is strict on every thread says so once, with {@link
 * #setDefault}.
 */
public final class WorkerContext {
  private static final ContextSlot SLOT = new ContextSlot();
  private static final int FILTER_LIMIT = 64 << 20;
  private static volatile @Nullable SessionContext process;

  private WorkerContext() {}

  /** {@return the context that reads on this thread now, if one was said} */
  public static Optional<SessionContext> get() {
    return SLOT.get().or(() -> Optional.ofNullable(process));
  }

  /**
   * Lets a context read on this thread outside of scopes, until {@link #clear} or another. The
   * thread holds on to it for so long, and does not close it.
   */
  public static void set(SessionContext ctx) {
    SLOT.set(ctx);
  }

  /** Takes back what {@link #set} said on this thread. Harmless where it said nothing. */
  public static void clear() {
    SLOT.clear();
  }

  /** Lets a context read on every thread of this process that has none of its own. */
  public static void setDefault(SessionContext ctx) {
    process = Objects.requireNonNull(ctx, "ctx");
  }

  /** Takes back what {@link #setDefault} said. Harmless where it said nothing. */
  public static void clearDefault() {
    process = null;
  }

  /** Runs a task in whose scope a context reads. Scopes nest: the innermost holds. */
  public static void run(SessionContext ctx, Runnable task) {
    SLOT.bound(ctx).run(task);
  }

  /**
   * {@return what a task makes in whose scope a context reads}
   *
   * @throws X as the task does
   */
  public static <R, X extends Throwable> R call(
      SessionContext ctx, ScopedValue.CallableOp<? extends R, X> task) throws X {
    return SLOT.bound(ctx).call(task);
  }

  /**
   * {@return a filter for object streams of expressions, plans and functions of up to 64 MiB each}
   */
  public static ObjectInputFilter objectInputFilter() {
    return objectInputFilter(FILTER_LIMIT);
  }

  /**
   * {@return a filter for object streams of expressions, plans and functions} It admits the class
   * that stands for them, the bytes in it, and what is made of it, which refuses to be read in any
   * other way. It rejects every other class, and objects nested more than 64 deep.
   *
   * @param limit how long the bytes of one object may be
   * @throws IllegalArgumentException if the limit is negative
   */
  public static ObjectInputFilter objectInputFilter(int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("limit is " + limit);
    }
    return SerializedForm.filter(limit);
  }

  /**
   * {@return a filter for object streams that hold other objects, too} It admits what {@link
   * #objectInputFilter() ours} does, and what another one says is allowed. What it is undecided
   * about is rejected; pattern filters are, about arrays of numbers. The limits of both hold for
   * every object, but for the length of arrays of bytes, which ours limits. ({@link
   * ObjectInputFilter#merge} is no way to do so: there, one that rejects has the last word.)
   *
   * @param others says what else is allowed; asked about sizes with no class at all ({@code
   *     serialClass()} is null), it has to be undecided or allow them
   */
  public static ObjectInputFilter objectInputFilter(ObjectInputFilter others) {
    Objects.requireNonNull(others, "others");
    return SerializedForm.filter(FILTER_LIMIT, others);
  }
}
