package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_function_definition;
import static io.datafusion.bindings.datafusion_c_h.df_function_new_scalar;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.Expr;
import io.datafusion.MalformedPayloadException;
import io.datafusion.Operator;
import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.internal.callable.RowType;
import io.datafusion.internal.exchange.SerializedForm;
import io.datafusion.internal.message.ComputedResult;
import io.datafusion.internal.message.FunctionHints;
import io.datafusion.internal.message.FunctionKind;
import io.datafusion.internal.message.FunctionVolatility;
import io.datafusion.internal.message.InlinedFunction;
import io.datafusion.udf.NullHandling;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Signature;
import io.datafusion.udf.VectorFunction;
import io.datafusion.udf.Volatility;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * A scalar function as its definition, its frame and, once it is used, its native object.
 *
 * <p>One that was defined here has its code at hand; one that came out of bytes has its native
 * object only, which brings the code to life when a batch needs it.
 */
public final class NativeScalarUdf implements ScalarUdf {
  private final InlinedFunction definition;
  private final byte[] body;
  private final byte[] digest;
  private final @Nullable Local local;
  private volatile @Nullable NativeHandle handle;

  private NativeScalarUdf(
      InlinedFunction definition, @Nullable Local local, @Nullable NativeHandle handle) {
    this.definition = definition;
    this.body = definition.toByteArray();
    this.digest = Frames.scalarDigest(body);
    this.local = local;
    this.handle = handle;
  }

  private NativeScalarUdf(InlinedFunction definition, byte[] body, NativeHandle handle) {
    this.definition = definition;
    this.body = body;
    this.digest = Frames.scalarDigest(body);
    this.local = null;
    this.handle = handle;
  }

  /** What a function that was defined in this process has: its code. */
  private record Local(LocalCallable callable, CallForm form, @Nullable ClassLoader loader) {}

  /** {@return a function over rows, defined by a lambda} */
  public static ScalarUdf rows(String name, List<Field> arguments, Field result, Object function) {
    arguments.forEach(RowType::of);
    RowType.of(result);
    var definition =
        InlinedFunction.newBuilder()
            .setSignature(ArgumentForm.exact(arguments).message())
            .setArgumentFields(IpcFields.write(arguments))
            .setReturnField(IpcFields.write(List.of(result)))
            .setHints(FunctionHints.newBuilder().setStrict(true));
    return define(name, definition, CallForm.ROWS, function);
  }

  /**
   * {@return a function over vectors}
   *
   * @param arguments the declared arguments, none where the signature says all
   * @param result the result, null where the function computes it
   */
  public static ScalarUdf vectors(
      String name,
      Signature signature,
      List<Field> arguments,
      @Nullable Field result,
      VectorFunction function) {
    var definition =
        InlinedFunction.newBuilder()
            .setSignature(((ArgumentForm) signature).message())
            .setArgumentFields(arguments.isEmpty() ? ByteString.EMPTY : IpcFields.write(arguments));
    if (result == null) {
      definition.setComputed(ComputedResult.getDefaultInstance());
    } else {
      definition.setReturnField(IpcFields.write(List.of(result)));
    }
    return define(name, definition, CallForm.VECTORS, function);
  }

  private static ScalarUdf define(
      String name, InlinedFunction.Builder definition, CallForm form, Object function) {
    if (Texts.check(name, "the name of a function").isEmpty()) {
      throw new IllegalArgumentException("a function has a name");
    }
    var callable = LocalCallable.of(function, Set.of());
    definition
        .setName(name)
        .setKind(FunctionKind.FUNCTION_KIND_SCALAR)
        .setVolatility(FunctionVolatility.FUNCTION_VOLATILITY_IMMUTABLE)
        .setCallable(form.before(callable.message()));
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return new NativeScalarUdf(definition.build(), new Local(callable, form, loader), null);
  }

  /** {@return what applies a native function: this type, or a call by name where it has no code} */
  public static Operator operator(MemorySegment function) {
    var handle = new NativeHandle("function", function, datafusion_c_h::df_function_free);
    try (var lease = handle.lease()) {
      byte[] body =
          Buffers.take(Errors.pointer((_, out) -> df_function_definition(lease.segment(), out)));
      var definition = InlinedFunction.parseFrom(body);
      return definition.hasSignature()
          ? new Operator.Apply(new NativeScalarUdf(definition, body, handle))
          : new Operator.Call(definition.getName());
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedPayloadException("a function definition: " + e.getMessage(), e);
    }
  }

  @Override
  public String name() {
    return definition.getName();
  }

  @Override
  public Volatility volatility() {
    return switch (definition.getVolatility()) {
      case FUNCTION_VOLATILITY_STABLE -> Volatility.STABLE;
      case FUNCTION_VOLATILITY_VOLATILE -> Volatility.VOLATILE;
      default -> Volatility.IMMUTABLE;
    };
  }

  @Override
  public List<String> aliases() {
    return definition.getAliasesList();
  }

  @Override
  public List<Field> arguments() {
    return IpcFields.read(definition.getArgumentFields());
  }

  @Override
  public Optional<Field> result() {
    return IpcFields.read(definition.getReturnField()).stream().findFirst();
  }

  @Override
  public Signature signature() {
    return new ArgumentForm(definition.getSignature());
  }

  @Override
  public Expr call(Expr... arguments) {
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
  public ScalarUdf withVolatility(Volatility volatility) {
    Objects.requireNonNull(volatility, "volatility");
    return with(
        definition.toBuilder()
            .setVolatility(FunctionVolatility.valueOf("FUNCTION_VOLATILITY_" + volatility.name())));
  }

  @Override
  public ScalarUdf withAliases(String... aliases) {
    List<String> all = List.of(aliases);
    if (all.contains("")) {
      throw new IllegalArgumentException("an alias of " + name() + " has a name");
    }
    return with(definition.toBuilder().clearAliases().addAllAliases(all));
  }

  @Override
  public ScalarUdf withShortCircuiting() {
    return with(definition.toBuilder().setHints(hints().setShortCircuits(true)));
  }

  @Override
  public ScalarUdf withMonotonic(boolean... arguments) {
    var hints = hints().clearMonotonic();
    for (boolean monotonic : arguments) {
      hints.addMonotonic(monotonic);
    }
    return with(definition.toBuilder().setHints(hints));
  }

  private FunctionHints.Builder hints() {
    return definition.getHints().toBuilder();
  }

  private ScalarUdf with(InlinedFunction.Builder changed) {
    return new NativeScalarUdf(changed.build(), requireLocal(), null);
  }

  @Override
  public ScalarUdf withNullHandling(NullHandling handling) {
    Objects.requireNonNull(handling, "handling");
    Local here = requireLocal();
    if (here.form == CallForm.VECTORS) {
      throw new IllegalArgumentException(name() + " is over vectors, which hold nulls as they are");
    }
    CallForm form = handling == NullHandling.PASS ? CallForm.ROWS_WITH_NULLS : CallForm.ROWS;
    var changed =
        definition.toBuilder()
            .setCallable(form.before(here.callable.message()))
            .setHints(hints().setStrict(form == CallForm.ROWS));
    return new NativeScalarUdf(changed.build(), new Local(here.callable, form, here.loader), null);
  }

  @Override
  public ScalarUdf withShared(String... packages) {
    Local here = requireLocal();
    Set<String> shared = Set.copyOf(PackageNames.of(List.of(packages)));
    var callable = LocalCallable.of(here.callable.function(), shared);
    var changed = definition.toBuilder().setCallable(here.form.before(callable.message()));
    return new NativeScalarUdf(changed.build(), new Local(callable, here.form, here.loader), null);
  }

  private Local requireLocal() {
    if (local == null) {
      throw new IllegalArgumentException(
          name() + " came out of bytes, so it stays as it was defined");
    }
    return local;
  }

  /** {@return the native object, made when the function is first used} */
  public NativeHandle handle() {
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
    byte[] frame = Frames.scalar(body);
    byte[] refusal = Buffers.lenientUtf8(here.callable.refusal());
    Object called = Callables.called(definition, here.form, here.callable.function());
    var held = new Upcalls.Held(called, here.loader);
    return Errors.pointer(
        (arena, out) ->
            df_function_new_scalar(
                Host.segment(),
                Buffers.of(arena, frame),
                frame.length,
                Buffers.of(arena, refusal),
                refusal.length,
                here.callable.stateful(),
                Upcalls.scalar(arena, held),
                out));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof NativeScalarUdf that
            && isItsFrame()
            && that.isItsFrame()
            && Arrays.equals(digest, that.digest));
  }

  /** Whether the frame says all that there is to say of the function. */
  private boolean isItsFrame() {
    return local == null || !local.callable.stateful();
  }

  @Override
  public int hashCode() {
    return isItsFrame() ? ByteBuffer.wrap(digest).getInt() : System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return name() + "(" + (arguments().isEmpty() ? signature() : arguments().size()) + ")";
  }

  @Serial
  private Object writeReplace() {
    return SerializedForm.of(this);
  }

  @Serial
  private void readObject(ObjectInputStream stream) throws InvalidObjectException {
    throw SerializedForm.refusal(NativeScalarUdf.class);
  }
}
