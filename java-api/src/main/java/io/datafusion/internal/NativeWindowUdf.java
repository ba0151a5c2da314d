package io.datafusion.internal;

import com.google.protobuf.ByteString;
import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.internal.boundary.WindowUpcalls;
import io.datafusion.internal.message.ComputedResult;
import io.datafusion.internal.message.FunctionKind;
import io.datafusion.internal.message.InlinedFunction;
import io.datafusion.internal.message.WindowHints;
import io.datafusion.internal.message.WindowReversal;
import io.datafusion.udf.Reversal;
import io.datafusion.udf.Signature;
import io.datafusion.udf.WindowUdf;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** A window function. */
public final class NativeWindowUdf extends NativeUdf<WindowUdf> implements WindowUdf {
  private NativeWindowUdf(InlinedFunction definition, NativeDefinition.Local local) {
    super(definition, local);
  }

  NativeWindowUdf(NativeDefinition.Decoded decoded) {
    super(decoded);
  }

  /**
   * {@return a function of declared arguments}
   *
   * @param function what {@link WindowCalls} knows to call
   */
  public static WindowUdf declared(String name, List<Field> given, Field result, Object function) {
    List<Field> arguments = List.copyOf(given);
    Signature signature = arguments.isEmpty() ? Signature.nullary() : Signature.exact(arguments);
    var definition =
        InlinedFunction.newBuilder()
            .setArgumentFields(arguments.isEmpty() ? ByteString.EMPTY : IpcFields.write(arguments))
            .setReturnField(IpcFields.write(List.of(result)));
    return window(name, definition, signature, function);
  }

  /**
   * {@return a function whose arguments are what a signature says}
   *
   * @param result the result, null where the function computes it
   */
  public static WindowUdf signed(
      String name, Signature signature, @Nullable Field result, Object function) {
    var definition = InlinedFunction.newBuilder();
    if (result == null) {
      definition.setComputed(ComputedResult.getDefaultInstance());
    } else {
      definition.setReturnField(IpcFields.write(List.of(result)));
    }
    return window(name, definition, signature, function);
  }

  private static WindowUdf window(
      String name, InlinedFunction.Builder definition, Signature signature, Object function) {
    definition
        .setKind(FunctionKind.FUNCTION_KIND_WINDOW)
        .setSignature(((ArgumentForm) signature).message());
    NativeDefinition.Local local =
        NativeDefinition.define(name, definition, CallForm.WINDOW, function);
    return new NativeWindowUdf(definition.build(), local);
  }

  @Override
  public WindowUdf withFrame() {
    return with(hints().setUsesFrame(true));
  }

  @Override
  public WindowUdf withRank() {
    return with(hints().setIncludesRank(true));
  }

  @Override
  public WindowUdf withBoundedExecution() {
    return with(hints().setBounded(true));
  }

  @Override
  public WindowUdf withCausality() {
    return with(hints().setCausal(true));
  }

  @Override
  public WindowUdf withReversal(Reversal reversal) {
    return with(
        hints()
            .setReversal(
                switch (reversal) {
                  case NONE -> WindowReversal.WINDOW_REVERSAL_NONE;
                  case IDENTICAL -> WindowReversal.WINDOW_REVERSAL_IDENTICAL;
                  case AWARE -> WindowReversal.WINDOW_REVERSAL_AWARE;
                }));
  }

  private WindowHints.Builder hints() {
    return definition().getHints().getWindow().toBuilder();
  }

  private WindowUdf with(WindowHints.Builder window) {
    var hints = definition().getHints().toBuilder().setWindow(window);
    return with(definition().toBuilder().setHints(hints));
  }

  @Override
  WindowUdf with(InlinedFunction definition, NativeDefinition.Local local) {
    return new NativeWindowUdf(definition, local);
  }

  @Override
  MemorySegment make(
      NativeDefinition.Local here,
      SegmentAllocator arena,
      NativeDefinition.Travelling travelling,
      MemorySegment out) {
    return travelling.make(
        datafusion_c_h::df_function_new_window, WindowUpcalls.callback(arena, held(here)), out);
  }
}
