package io.datafusion.internal;

import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.internal.message.FunctionVolatility;
import io.datafusion.internal.message.InlinedFunction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a function of any kind is made of: its definition, its frame and, once it is used, its
 * native object.
 *
 * <p>One that was defined here has its code at hand; one that came out of bytes has its native
 * object only, which brings the code to life when it is needed.
 */
final class NativeDefinition {
  private final InlinedFunction message;
  private final byte[] body;
  private final @Nullable Local local;
  private final Maker maker;
  private volatile @Nullable NativeHandle handle;

  /** What a function that was defined in this process has: its code. */
  record Local(LocalCallable callable, CallForm form, @Nullable ClassLoader loader) {

    /** {@return the same code written down anew, without the classes of some packages} */
    Local shared(Set<String> packages) {
      return new Local(LocalCallable.of(callable.function(), packages), form, loader);
    }
  }

  /** What was decoded: a definition, its bytes as they came, and the native object. */
  record Decoded(InlinedFunction definition, byte[] body, NativeHandle handle) {}

  /** What native code is told of how a function travels. */
  record Travelling(
      MemorySegment frame,
      long frameLength,
      MemorySegment refusal,
      long refusalLength,
      boolean ownIdentity) {

    /** {@return the native object of a kind, whose callback it owns} */
    MemorySegment make(NewFunction kind, MemorySegment callback, MemorySegment out) {
      return kind.make(
          Host.segment(), frame, frameLength, refusal, refusalLength, ownIdentity, callback, out);
    }
  }

  /** {@code df_function_new_...} of a kind. */
  @FunctionalInterface
  interface NewFunction {
    MemorySegment make(
        MemorySegment host,
        MemorySegment frame,
        long frameLength,
        MemorySegment refusal,
        long refusalLength,
        boolean ownIdentity,
        MemorySegment callback,
        MemorySegment out);
  }

  /** Makes the native object with the callback of its kind. */
  @FunctionalInterface
  interface Maker {
    MemorySegment make(
        Local here, SegmentAllocator arena, Travelling travelling, MemorySegment out);
  }

  NativeDefinition(InlinedFunction message, Local local, Maker maker) {
    this.message = message;
    this.body = message.toByteArray();
    this.local = local;
    this.maker = maker;
  }

  NativeDefinition(Decoded decoded, Maker maker) {
    this.message = decoded.definition;
    this.body = decoded.body;
    this.local = null;
    this.maker = maker;
    this.handle = decoded.handle;
  }

  /**
   * Completes a definition with its name and its code, which is written down here and now.
   *
   * @param definition with its kind
   */
  static Local define(
      String name, InlinedFunction.Builder definition, CallForm form, Object function) {
    if (Texts.check(name, "the name of a function").isEmpty()) {
      throw new IllegalArgumentException("a function has a name");
    }
    var callable = LocalCallable.of(function, Set.of());
    definition
        .setName(name)
        .setVolatility(FunctionVolatility.FUNCTION_VOLATILITY_IMMUTABLE)
        .setCallable(form.before(callable.message()));
    return new Local(callable, form, Thread.currentThread().getContextClassLoader());
  }

  InlinedFunction message() {
    return message;
  }

  /** {@return what the callback of a function calls} */
  Upcalls.Held held(Local here) {
    Object called = Callables.called(message, here.form(), here.callable().function());
    return new Upcalls.Held(called, here.loader());
  }

  /** {@return the definition and its code, which is here} */
  Local requireLocal() {
    if (local == null) {
      throw new IllegalArgumentException(
          message.getName() + " came out of bytes, so it stays as it was defined");
    }
    return local;
  }

  /** {@return the native object, made when the function is first used} */
  NativeHandle handle() {
    NativeHandle made = handle;
    if (made != null) {
      return made;
    }
    synchronized (this) {
      if (handle == null) {
        handle =
            new NativeHandle("function", make(requireLocal()), datafusion_c_h::df_function_free);
      }
      return Objects.requireNonNull(handle);
    }
  }

  private MemorySegment make(Local here) {
    byte[] frame = Frames.of(message.getKind(), body);
    byte[] refusal = Buffers.lenientUtf8(here.callable.refusal());
    return Errors.pointer(
        (arena, out) ->
            maker.make(
                here,
                arena,
                new Travelling(
                    Buffers.of(arena, frame),
                    frame.length,
                    Buffers.of(arena, refusal),
                    refusal.length,
                    here.callable.stateful()),
                out));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof NativeDefinition that
            && isItsFrame()
            && that.isItsFrame()
            && message.getKind() == that.message.getKind()
            && Arrays.equals(body, that.body));
  }

  /** Whether the frame says all that there is to say of the function. */
  private boolean isItsFrame() {
    return local == null || !local.callable.stateful();
  }

  @Override
  public int hashCode() {
    return isItsFrame() ? Arrays.hashCode(body) : System.identityHashCode(this);
  }
}
