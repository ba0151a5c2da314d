package io.datafusion.internal.callable;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.LocalVariableInfo;
import java.lang.classfile.attribute.LocalVariableTableAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.AccessFlag;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The body of a lambda and what it captured. */
final class LambdaCaptures {
  private final SerializedLambda form;
  private final ClassFiles files;
  private final boolean isStatic;
  private final Map<Integer, String> names = new HashMap<>();

  LambdaCaptures(SerializedLambda form, ClassFiles files) {
    this.form = form;
    this.files = files;
    this.isStatic = form.getImplMethodKind() == MethodHandleInfo.REF_invokeStatic;
    body().ifPresent(this::readNames);
  }

  /** A lambda body that is an instance method has captured the object around it. */
  void refuseThis(Part part) throws NotShippable {
    boolean lambda = body().filter(m -> m.flags().has(AccessFlag.SYNTHETIC)).isPresent();
    if (!isStatic && lambda && form.getImplMethodKind() != MethodHandleInfo.REF_newInvokeSpecial) {
      throw new NotShippable(
          part.then("captured this"),
          InternalName.toBinary(form.getCapturingClass()),
          "uses a field or a method of the object around it; copy what it needs into local"
              + " variables");
    }
  }

  private Optional<MethodModel> body() {
    @Nullable ClassModel model = files.find(form.getImplClass());
    return model == null
        ? Optional.empty()
        : model.methods().stream()
            .filter(m -> m.methodName().equalsString(form.getImplMethodName()))
            .filter(m -> m.methodType().equalsString(form.getImplMethodSignature()))
            .findFirst();
  }

  private void readNames(MethodModel method) {
    LocalVariableTableAttribute variables =
        method
            .code()
            .flatMap(code -> code.findAttribute(Attributes.localVariableTable()))
            .orElse(null);
    if (variables == null) {
      return;
    }
    Map<Integer, String> bySlot = new HashMap<>();
    for (LocalVariableInfo variable : variables.localVariables()) {
      if (variable.startPc() == 0) {
        bySlot.put(variable.slot(), variable.name().stringValue());
      }
    }
    int slot = isStatic ? 0 : 1;
    int index = isStatic ? 0 : 1;
    for (ClassDesc type :
        MethodTypeDesc.ofDescriptor(form.getImplMethodSignature()).parameterList()) {
      if (bySlot.containsKey(slot)) {
        names.put(index, bySlot.get(slot));
      }
      index++;
      slot +=
          type.equals(java.lang.constant.ConstantDescs.CD_long)
                  || type.equals(java.lang.constant.ConstantDescs.CD_double)
              ? 2
              : 1;
    }
  }

  /** {@return how a message names a captured value of the lambda at {@code outer}} */
  Part part(Part outer, int index) {
    String name = names.get(index);
    String part =
        !isStatic && index == 0
            ? "the receiver of the method reference"
            : "captured variable " + (name == null ? index + 1 : "'" + name + "'");
    return outer.captured(part);
  }
}
