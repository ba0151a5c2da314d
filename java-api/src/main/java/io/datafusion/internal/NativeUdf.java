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
import io.datafusion.internal.boundary.Upcalls;
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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * What the kinds of functions that are called in expressions have in common.
 *
 * @param <F> the public type of the kind
 */
public abstract sealed class NativeUdf<F extends UserDefinedFunction> implements UserDefinedFunction
    permits NativeScalarUdf, NativeAggregateUdf, NativeWindowUdf {
  private final transient NativeDefinition definition;

  NativeUdf(InlinedFunction definition, NativeDefinition.Local local) {
    this.definition = new NativeDefinition(definition, local, this::make);
  }

  NativeUdf(NativeDefinition.Decoded decoded) {
    this.definition = new NativeDefinition(decoded, this::make);
  }

  /** {@return what applies a native function: this type, or a call by name where it has no code} */
  public static Operator operator(MemorySegment function) {
    var handle = new NativeHandle("function", function, datafusion_c_h::df_function_free);
    try (var lease = handle.lease()) {
      byte[] body =
          Buffers.take(Errors.pointer((_, out) -> df_function_definition(lease.segment(), out)));
      var definition = InlinedFunction.parseFrom(body);
      return definition.hasSignature()
          ? new Operator.Apply(of(new NativeDefinition.Decoded(definition, body, handle)))
          : new Operator.Call(definition.getName());
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedPayloadException("a function definition: " + e.getMessage(), e);
    }
  }

  private static UserDefinedFunction of(NativeDefinition.Decoded decoded) {
    return switch (decoded.definition().getKind()) {
      case FUNCTION_KIND_SCALAR -> new NativeScalarUdf(decoded);
      case FUNCTION_KIND_AGGREGATE -> new NativeAggregateUdf(decoded);
      case FUNCTION_KIND_WINDOW -> new NativeWindowUdf(decoded);
      default ->
          throw new MalformedPayloadException(
              "a function of kind " + decoded.definition().getKind(), null);
    };
  }

  /** {@return the native object of a function, made when it is first used} */
  public static NativeHandle handle(UserDefinedFunction function) {
    return ((NativeUdf<?>) function).definition.handle();
  }

  final InlinedFunction definition() {
    return definition.message();
  }

  @Override
  public final String name() {
    return definition().getName();
  }

  @Override
  public final Volatility volatility() {
    return switch (definition().getVolatility()) {
      case FUNCTION_VOLATILITY_STABLE -> Volatility.STABLE;
      case FUNCTION_VOLATILITY_VOLATILE -> Volatility.VOLATILE;
      default -> Volatility.IMMUTABLE;
    };
  }

  @Override
  public final List<String> aliases() {
    return definition().getAliasesList();
  }

  @Override
  public final List<Field> arguments() {
    return IpcFields.read(definition().getArgumentFields());
  }

  @Override
  public final Optional<Field> result() {
    return IpcFields.read(definition().getReturnField()).stream().findFirst();
  }

  @Override
  public final Signature signature() {
    return new ArgumentForm(definition().getSignature());
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
        definition().toBuilder()
            .setVolatility(FunctionVolatility.valueOf("FUNCTION_VOLATILITY_" + volatility.name())));
  }

  @Override
  public final F withAliases(String... aliases) {
    List<String> all = List.of(aliases);
    if (all.contains("")) {
      throw new IllegalArgumentException("an alias of " + name() + " has a name");
    }
    if (definition().getHints().getAsynchronous() && !all.isEmpty()) {
      throw new IllegalArgumentException(
          name() + " is asynchronous, and the engine knows such functions by one name");
    }
    return with(definition().toBuilder().clearAliases().addAllAliases(all));
  }

  @Override
  public final F withShared(String... packages) {
    NativeDefinition.Local here =
        requireLocal().shared(Set.copyOf(PackageNames.of(List.of(packages))));
    var callable = here.form().before(here.callable().message());
    return with(definition().toBuilder().setCallable(callable).build(), here);
  }

  final F with(InlinedFunction.Builder changed) {
    return with(changed.build(), requireLocal());
  }

  /** {@return a function of this kind} */
  abstract F with(InlinedFunction definition, NativeDefinition.Local local);

  final NativeDefinition.Local requireLocal() {
    return definition.requireLocal();
  }

  final Upcalls.Held held(NativeDefinition.Local here) {
    return definition.held(here);
  }

  /** Makes the native object with the callback of the kind. */
  abstract MemorySegment make(
      NativeDefinition.Local here,
      SegmentAllocator arena,
      NativeDefinition.Travelling travelling,
      MemorySegment out);

  @Override
  public final boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof NativeUdf<?> that && definition.equals(that.definition));
  }

  @Override
  public final int hashCode() {
    return definition.hashCode();
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
