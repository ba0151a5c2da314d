package io.datafusion.internal;

import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.boundary.TableUpcalls;
import io.datafusion.internal.message.AnyArguments;
import io.datafusion.internal.message.ArgumentSignature;
import io.datafusion.internal.message.ComputedResult;
import io.datafusion.internal.message.FunctionKind;
import io.datafusion.internal.message.InlinedFunction;
import io.datafusion.udf.TableFunction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A table function. */
public final class NativeTableFunction implements TableFunction {
  /** As many as a plan in bytes may have. */
  private static final int MOST_ARGUMENTS = 1_000;

  private final NativeDefinition definition;

  private NativeTableFunction(InlinedFunction definition, NativeDefinition.Local local) {
    this.definition = new NativeDefinition(definition, local, this::make);
  }

  /** {@return a function defined by a lambda} */
  public static TableFunction of(String name, Body body) {
    var anything = ArgumentSignature.newBuilder().setVariadicAny(AnyArguments.getDefaultInstance());
    var definition =
        InlinedFunction.newBuilder()
            .setKind(FunctionKind.FUNCTION_KIND_TABLE)
            .setSignature(anything)
            .setComputed(ComputedResult.getDefaultInstance());
    var local = NativeDefinition.define(name, definition, CallForm.TABLE, body);
    return new NativeTableFunction(definition.build(), local);
  }

  /**
   * Refuses a call of too many arguments.
   *
   * @throws IllegalArgumentException if there are
   */
  static void checkCount(String name, int arguments) {
    if (arguments > MOST_ARGUMENTS) {
      throw new IllegalArgumentException(
          "table function '%s' is called with %d arguments, and %d are the most; pass more in a list"
              .formatted(name, arguments, MOST_ARGUMENTS));
    }
  }

  private MemorySegment make(
      NativeDefinition.Local here,
      SegmentAllocator arena,
      NativeDefinition.Travelling travelling,
      MemorySegment out) {
    return travelling.make(
        datafusion_c_h::df_function_new_table,
        TableUpcalls.callback(arena, definition.held(here)),
        out);
  }

  /** {@return the native object, made when the function is first used} */
  NativeHandle handle() {
    return definition.handle();
  }

  @Override
  public String name() {
    return definition.message().getName();
  }

  @Override
  public TableFunction withShared(String... packages) {
    NativeDefinition.Local here =
        definition.requireLocal().shared(Set.copyOf(PackageNames.of(List.of(packages))));
    var callable = here.form().before(here.callable().message());
    return new NativeTableFunction(
        definition.message().toBuilder().setCallable(callable).build(), here);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NativeTableFunction that && definition.equals(that.definition);
  }

  @Override
  public int hashCode() {
    return definition.hashCode();
  }

  @Override
  public String toString() {
    return name() + "(...)";
  }
}
