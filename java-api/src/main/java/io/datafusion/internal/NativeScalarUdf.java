package io.datafusion.internal;

import com.google.protobuf.ByteString;
import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.internal.callable.RowType;
import io.datafusion.internal.message.ComputedResult;
import io.datafusion.internal.message.FunctionHints;
import io.datafusion.internal.message.FunctionKind;
import io.datafusion.internal.message.InlinedFunction;
import io.datafusion.udf.AsyncFunction;
import io.datafusion.udf.NullHandling;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Signature;
import io.datafusion.udf.VectorFunction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** A scalar function. */
public final class NativeScalarUdf extends NativeUdf<ScalarUdf> implements ScalarUdf {
  private NativeScalarUdf(InlinedFunction definition, NativeDefinition.Local local) {
    super(definition, local);
  }

  NativeScalarUdf(NativeDefinition.Decoded decoded) {
    super(decoded);
  }

  /** {@return a function over rows, defined by a lambda} */
  public static ScalarUdf rows(String name, List<Field> arguments, Field result, Object function) {
    return rows(name, ArgumentForm.exact(arguments), arguments, result, function);
  }

  /** {@return a function over rows, whose signature may name its arguments} */
  static ScalarUdf rows(
      String name, ArgumentForm signature, List<Field> arguments, Field result, Object function) {
    arguments.forEach(RowType::of);
    RowType.of(result);
    var definition =
        InlinedFunction.newBuilder()
            .setSignature(signature.message())
            .setArgumentFields(IpcFields.write(arguments))
            .setReturnField(IpcFields.write(List.of(result)))
            .setHints(FunctionHints.newBuilder().setStrict(true));
    return scalar(name, definition, CallForm.ROWS, function);
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
    return scalar(name, definition, CallForm.VECTORS, function);
  }

  /** {@return a function over vectors that answers later} */
  public static ScalarUdf async(
      String name, List<Field> arguments, Field result, AsyncFunction function) {
    var definition =
        InlinedFunction.newBuilder()
            .setSignature(ArgumentForm.exact(arguments).message())
            .setArgumentFields(IpcFields.write(arguments))
            .setReturnField(IpcFields.write(List.of(result)))
            .setHints(FunctionHints.newBuilder().setAsynchronous(true));
    return scalar(name, definition, CallForm.ASYNC, function);
  }

  private static ScalarUdf scalar(
      String name, InlinedFunction.Builder definition, CallForm form, Object function) {
    NativeDefinition.Local local =
        NativeDefinition.define(
            name, definition.setKind(FunctionKind.FUNCTION_KIND_SCALAR), form, function);
    return new NativeScalarUdf(definition.build(), local);
  }

  @Override
  public ScalarUdf withShortCircuiting() {
    return with(definition().toBuilder().setHints(hints().setShortCircuits(true)));
  }

  @Override
  public ScalarUdf withMonotonic(boolean... arguments) {
    var hints = hints().clearMonotonic();
    for (boolean monotonic : arguments) {
      hints.addMonotonic(monotonic);
    }
    return with(definition().toBuilder().setHints(hints));
  }

  @Override
  public ScalarUdf withBatchSize(int rows) {
    if (rows < 1 || !definition().getHints().getAsynchronous()) {
      throw new IllegalArgumentException(
          rows < 1 ? "batches of " + rows + " rows" : name() + " is not asynchronous");
    }
    return with(definition().toBuilder().setHints(hints().setBatchSize(rows)));
  }

  private FunctionHints.Builder hints() {
    return definition().getHints().toBuilder();
  }

  @Override
  public ScalarUdf withNullHandling(NullHandling handling) {
    Objects.requireNonNull(handling, "handling");
    NativeDefinition.Local here = requireLocal();
    if (here.form() == CallForm.VECTORS || here.form() == CallForm.ASYNC) {
      throw new IllegalArgumentException(name() + " is over vectors, which hold nulls as they are");
    }
    CallForm form = handling == NullHandling.PASS ? CallForm.ROWS_WITH_NULLS : CallForm.ROWS;
    var changed =
        definition().toBuilder()
            .setCallable(form.before(here.callable().message()))
            .setHints(hints().setStrict(form == CallForm.ROWS));
    return with(changed.build(), new NativeDefinition.Local(here.callable(), form, here.loader()));
  }

  @Override
  ScalarUdf with(InlinedFunction definition, NativeDefinition.Local local) {
    return new NativeScalarUdf(definition, local);
  }

  @Override
  MemorySegment make(
      NativeDefinition.Local here,
      SegmentAllocator arena,
      NativeDefinition.Travelling travelling,
      MemorySegment out) {
    return travelling.make(
        datafusion_c_h::df_function_new_scalar, Upcalls.scalar(arena, held(here)), out);
  }
}
