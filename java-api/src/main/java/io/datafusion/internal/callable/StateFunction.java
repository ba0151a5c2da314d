package io.datafusion.internal.callable;

import io.datafusion.internal.callable.StateKernelWriter.Part;
import io.datafusion.udf.ScalarFunction1;
import io.datafusion.udf.ScalarFunction2;
import io.datafusion.udf.ScalarFunction3;
import io.datafusion.udf.ScalarFunction4;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** An aggregate function with a record as state: its parts, each within loops of its own. */
public final class StateFunction {
  private static final int PARTS = 4;

  private static final List<Class<?>> STEPS =
      List.of(ScalarFunction2.class, ScalarFunction3.class, ScalarFunction4.class);

  final StateSignature signature;
  final StateType type;
  final Record initial;
  final boolean nullsReachIt;
  final StateKernel accumulate;
  final StateKernel combine;
  final StateKernel finish;
  final @Nullable StateKernel retract;

  private StateFunction(
      StateSignature signature, Record initial, List<?> parts, boolean nullsReachIt) {
    this.signature = signature;
    this.initial = initial;
    this.type = StateType.of(initial.getClass());
    this.nullsReachIt = nullsReachIt;
    checkState();
    Class<?> step = STEPS.get(signature.arguments().size() - 1);
    Part stepping = nullsReachIt ? Part.STEP_WITH_NULLS : Part.STEP;
    accumulate = kernel("accumulate", stepping, step, parts.get(1));
    combine = kernel("combine", Part.COMBINE, ScalarFunction2.class, parts.get(2));
    finish = kernel("finish", Part.FINISH, ScalarFunction1.class, parts.get(3));
    retract = parts.size() > PARTS ? kernel("retract", stepping, step, parts.get(PARTS)) : null;
  }

  /**
   * {@return the function of these parts}
   *
   * @param parts the initial state, what accumulates, combines and finishes, and perhaps retracts
   * @throws IllegalArgumentException if the parts are not these, or do not fit the signature
   */
  public static StateFunction of(StateSignature signature, List<?> parts, boolean nullsReachIt) {
    if (parts.size() < PARTS
        || parts.size() > PARTS + 1
        || !(parts.getFirst() instanceof Record initial)) {
      throw new IllegalArgumentException(
          "the parts of " + signature.name() + " are not those of an aggregate");
    }
    return new StateFunction(signature, initial, parts, nullsReachIt);
  }

  private void checkState() {
    List<Field> here = type.fields();
    List<Field> declared = signature.state();
    boolean same = here.size() == declared.size();
    for (int i = 0; same && i < here.size(); i++) {
      same =
          here.get(i).getType().equals(declared.get(i).getType())
              && here.get(i).isNullable() == declared.get(i).isNullable();
    }
    if (!same) {
      throw new IllegalArgumentException(
          "the state of %s is %s, and its definition says %s"
              .formatted(signature.name(), here, declared));
    }
  }

  private StateKernel kernel(String does, Part part, Class<?> form, Object function) {
    if (!form.isInstance(function)) {
      throw new IllegalArgumentException(
          "a part of %s is no %s but a %s"
              .formatted(signature.name(), form.getSimpleName(), function.getClass()));
    }
    return StateKernelWriter.write(part, type, signature, form, function)
        .named(signature, does, initial.getClass());
  }
}
