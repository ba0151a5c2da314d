package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_function_definition;

import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.Expr;
import io.datafusion.MalformedPayloadException;
import io.datafusion.Operator;
import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.exchange.SerializedForm;
import io.datafusion.internal.message.FunctionVolatility;
import io.datafusion.internal.message.InlinedFunction;
import io.datafusion.udf.Signature;
import io.datafusion.udf.UserDefinedFunction;
import io.datafusion.udf.Volatility;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * A function as its definition, its frame and, once it is used, its native object: what the kinds
 * of functions have in common.
 *
 * <p>One that was defined here has its code at hand; one that came out of bytes has its native
 * object only, which brings the code to life when a batch needs it.
 *
 * @param <F> the public type of the kind
 */
public abstract sealed class NativeUdf<F extends UserDefinedFunction> implements UserDefinedFunction
    permits NativeScalarUdf, NativeAggregateUdf {
  private final InlinedFunction definition;
  private final byte[] body;
  private final byte[] digest;
  private final @Nullable Local local;
  private volatile @Nullable NativeHandle handle;

  /** What a function that was defined in this process has: its code. */
  record Local(LocalCallable callable, CallForm form, @Nullable ClassLoader loader) {}

  /** What was decoded: a definition, its bytes as they came, and the native object. */
  record Decoded(InlinedFunction definition, byte[] body, NativeHandle handle) {}

  NativeUdf(InlinedFunction definition, Local local) {
    this.definition = definition;
    this.body = definition.toByteArray();
    this.digest = Frames.digest(definition.getKind(), body);
    this.local = local;
    this.handle = null;
  }

  NativeUdf(Decoded decoded) {
    this.definition = decoded.definition;
    this.body = decoded.body;
    this.digest = Frames.digest(definition.getKind(), body);
    this.local = null;
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

  /** {@return what applies a native function: this type, or a call by name where it has no code} */
  public static Operator operator(MemorySegment function) {
    var handle = new NativeHandle("function", function, datafusion_c_h::df_function_free);
    try (var lease = handle.lease()) {
      byte[] body =
          Buffers.take(Errors.pointer((_, out) -> df_function_definition(lease.segment(), out)));
      var definition = InlinedFunction.parseFrom(body);
      return definition.hasSignature()
          ? new Operator.Apply(of(new Decoded(definition, body, handle)))
          : new Operator.Call(definition.getName());
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedPayloadException("a function definition: " + e.getMessage(), e);
    }
  }

  private static UserDefinedFunction of(Decoded decoded) {
    return switch (decoded.definition.getKind()) {
      case FUNCTION_KIND_SCALAR -> new NativeScalarUdf(decoded);
      case FUNCTION_KIND_AGGREGATE -> new NativeAggregateUdf(decoded);
      default ->
          throw new MalformedPayloadException(
              "a function of kind " + decoded.definition.getKind(), null);
    };
  }

  /** {@return the native object of a function, made when it is first used} */
  public static NativeHandle handle(UserDefinedFunction function) {
    return ((NativeUdf<?>) function).handle();
  }

  final InlinedFunction definition() {
    return definition;
  }

  @Override
  public final String name() {
    return definition.getName();
  }

  @Override
  public final Volatility volatility() {
    return switch (definition.getVolatility()) {
      case FUNCTION_VOLATILITY_STABLE -> Volatility.STABLE;
      case FUNCTION_VOLATILITY_VOLATILE -> Volatility.VOLATILE;
      default -> Volatility.IMMUTABLE;
    };
  }

  @Override
  public final List<String> aliases() {
    return definition.getAliasesList();
  }

  @Override
  public final List<Field> arguments() {
    return IpcFields.read(definition.getArgumentFields());
  }

  @Override
  public final Optional<Field> result() {
    return IpcFields.read(definition.getReturnField()).stream().findFirst();
  }

  @Override
  public final Signature signature() {
    return new ArgumentForm(definition.getSignature());
  }

  @Override
  public final Expr call(Expr... arguments) {
    if (!signature().accepts(arguments.length)) {
      throw new IllegalArgumentException(
          name()
              + " does not take "
              + arguments.length
              + " arguments: its signature is "
              + signature());
    }
    return Expr.operation(new Operator.Apply(this), arguments);
  }

  @Override
  public final F withVolatility(Volatility volatility) {
    Objects.requireNonNull(volatility, "volatility");
    return with(
        definition.toBuilder()
            .setVolatility(FunctionVolatility.valueOf("FUNCTION_VOLATILITY_" + volatility.name())));
  }

  @Override
  public final F withAliases(String... aliases) {
    List<String> all = List.of(aliases);
    if (all.contains("")) {
      throw new IllegalArgumentException("an alias of " + name() + " has a name");
    }
    return with(definition.toBuilder().clearAliases().addAllAliases(all));
  }

  @Override
  public final F withShared(String... packages) {
    Local here = requireLocal();
    Set<String> shared = Set.copyOf(PackageNames.of(List.of(packages)));
    var callable = LocalCallable.of(here.callable.function(), shared);
    var changed = definition.toBuilder().setCallable(here.form.before(callable.message()));
    return with(changed.build(), new Local(callable, here.form, here.loader));
  }

  final F with(InlinedFunction.Builder changed) {
    return with(changed.build(), requireLocal());
  }

  /** {@return a function of this kind} */
  abstract F with(InlinedFunction definition, Local local);

  final Local requireLocal() {
    if (local == null) {
      throw new IllegalArgumentException(
          name() + " came out of bytes, so it stays as it was defined");
    }
    return local;
  }

  private NativeHandle handle() {
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
    byte[] frame = Frames.of(definition.getKind(), body);
    byte[] refusal = Buffers.lenientUtf8(here.callable.refusal());
    return Errors.pointer(
        (arena, out) ->
            make(
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

  /** What native code is told of how a function travels. */
  record Travelling(
      MemorySegment frame,
      long frameLength,
      MemorySegment refusal,
      long refusalLength,
      boolean ownIdentity) {}

  /** Makes the native object with the callback of the kind. */
  abstract MemorySegment make(
      Local here, SegmentAllocator arena, Travelling travelling, MemorySegment out);

  @Override
  public final boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof NativeUdf<?> that
            && isItsFrame()
            && that.isItsFrame()
            && Arrays.equals(digest, that.digest));
  }

  /** Whether the frame says all that there is to say of the function. */
  private boolean isItsFrame() {
    return local == null || !local.callable.stateful();
  }

  @Override
  public final int hashCode() {
    return isItsFrame() ? ByteBuffer.wrap(digest).getInt() : System.identityHashCode(this);
  }

  @Override
  public final String toString() {
    return name() + "(" + (arguments().isEmpty() ? signature() : arguments().size()) + ")";
  }

  @Serial
  final Object writeReplace() {
    return SerializedForm.of(this);
  }

  @Serial
  private void readObjectNoData() throws InvalidObjectException {
    throw SerializedForm.refusal(getClass());
  }

  @Serial
  private void readObject(ObjectInputStream stream) throws InvalidObjectException {
    throw SerializedForm.refusal(getClass());
  }
}
