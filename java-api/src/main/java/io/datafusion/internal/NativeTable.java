package io.datafusion.internal;

import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.catalog.TableProvider;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.boundary.TableUpcalls;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.internal.message.AnyArguments;
import io.datafusion.internal.message.ArgumentSignature;
import io.datafusion.internal.message.ComputedResult;
import io.datafusion.internal.message.FunctionKind;
import io.datafusion.internal.message.InlinedFunction;

/** Tables of Java's, which native code sees as table functions without arguments. */
final class NativeTable {
  private NativeTable() {}

  /** {@return a table under a name, which errors say} */
  static NativeHandle of(String name, TableProvider provider) {
    var nothing = ArgumentSignature.newBuilder().setNullary(AnyArguments.getDefaultInstance());
    var message =
        InlinedFunction.newBuilder()
            .setKind(FunctionKind.FUNCTION_KIND_TABLE)
            .setSignature(nothing)
            .setComputed(ComputedResult.getDefaultInstance());
    var local = NativeDefinition.define(name, message, CallForm.PROVIDER, provider);
    return new NativeDefinition(
            message.build(),
            local,
            (here, arena, travelling, out) ->
                travelling.make(
                    datafusion_c_h::df_function_new_table,
                    TableUpcalls.callback(
                        arena, new Upcalls.Held(new SourceCalls(name, provider), here.loader())),
                    out))
        .handle();
  }
}
