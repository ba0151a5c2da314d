package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_function_definition;
import static io.datafusion.bindings.datafusion_c_h.df_function_new_scalar;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.Expr;
import io.datafusion.MalformedPayloadException;
import io.datafusion.Operator;
import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.internal.arrow.IpcSchema;
import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.internal.exchange.SerializedForm;
import io.datafusion.internal.message.ArgumentSignature;
import io.datafusion.internal.message.FunctionKind;
import io.datafusion.internal.message.FunctionVolatility;
import io.datafusion.internal.message.InlinedFunction;
import io.datafusion.udf.NullHandling;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Volatility;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
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
  private record Local(LocalCallable callable, NullHandling nulls, @Nullable ClassLoader loader) {}

  /** {@return a function defined by a lambda} */
  public static ScalarUdf define(
      String name, List<Field> arguments, Field result, Object function) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a function has a name");
    }
    ByteString types = schema(arguments);
    var callable =
        LocalCallable.of(Objects.requireNonNull(function, "function"), name, arguments, result);
    var definition =
        InlinedFunction.newBuilder()
            .setName(name)
            .setKind(FunctionKind.FUNCTION_KIND_SCALAR)
            .setVolatility(FunctionVolatility.FUNCTION_VOLATILITY_IMMUTABLE)
            .setSignature(ArgumentSignature.newBuilder().setExact(types))
            .setArgumentFields(types)
            .setReturnField(schema(List.of(result)))
            .setCallable(callable.message(NullHandling.PROPAGATE))
            .build();
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return new NativeScalarUdf(
        definition, new Local(callable, NullHandling.PROPAGATE, loader), null);
  }

  /** {@return what applies a native function: this type, or a call by name where it has no code} */
  public static Operator operator(MemorySegment function) {
    var handle = new NativeHandle("function", function, datafusion_c_h::df_function_free);
    try (var lease = handle.lease()) {
      byte[] body =
          Buffers.take(Errors.pointer((_, out) -> df_function_definition(lease.segment(), out)));
      var definition = InlinedFunction.parseFrom(body);
      return definition.hasCallable()
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
  public List<Field> arguments() {
    return fields(definition.getArgumentFields());
  }

  @Override
  public Field result() {
    return fields(definition.getReturnField()).get(0);
  }

  @Override
  public Expr call(Expr... arguments) {
    int declared = arguments().size();
    if (arguments.length != declared) {
      throw new IllegalArgumentException(
          name() + " takes " + declared + " arguments, not " + arguments.length);
    }
    return Expr.operation(new Operator.Apply(this), arguments);
  }

  @Override
  public ScalarUdf withVolatility(Volatility volatility) {
    var changed =
        definition.toBuilder()
            .setVolatility(FunctionVolatility.valueOf("FUNCTION_VOLATILITY_" + volatility.name()));
    return new NativeScalarUdf(changed.build(), requireLocal(), null);
  }

  @Override
  public ScalarUdf withNullHandling(NullHandling handling) {
    Local here = requireLocal();
    var changed = definition.toBuilder().setCallable(here.callable.message(handling));
    return new NativeScalarUdf(
        changed.build(), new Local(here.callable, handling, here.loader), null);
  }

  @Override
  public ScalarUdf withShared(String... packages) {
    Local here = requireLocal();
    var callable = here.callable.withShared(Set.copyOf(PackageNames.of(List.of(packages))));
    var changed = definition.toBuilder().setCallable(callable.message(here.nulls));
    return new NativeScalarUdf(changed.build(), new Local(callable, here.nulls, here.loader), null);
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
    byte[] refusal = Buffers.utf8(here.callable.refusal());
    var held = new Upcalls.Held(here.callable.loop(here.nulls), here.loader);
    return Errors.pointer(
        (arena, out) ->
            df_function_new_scalar(
                Host.segment(),
                Buffers.of(arena, frame),
                frame.length,
                Buffers.of(arena, refusal),
                refusal.length,
                Upcalls.scalar(arena, held),
                out));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof NativeScalarUdf that
            && travels()
            && that.travels()
            && Arrays.equals(digest, that.digest));
  }

  private boolean travels() {
    return local == null || local.callable.refusal().isEmpty();
  }

  @Override
  public int hashCode() {
    return travels() ? ByteBuffer.wrap(digest).getInt() : System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return name() + "(" + arguments().size() + ")";
  }

  @Serial
  private Object writeReplace() {
    return SerializedForm.of(this);
  }

  @Serial
  private void readObject(ObjectInputStream stream) throws InvalidObjectException {
    throw SerializedForm.refusal(NativeScalarUdf.class);
  }

  private static ByteString schema(List<Field> fields) {
    return ByteString.copyFrom(new Schema(fields).serializeAsMessage());
  }

  private static List<Field> fields(ByteString schema) {
    return IpcSchema.fromBytes(schema.toByteArray()).getFields();
  }
}
