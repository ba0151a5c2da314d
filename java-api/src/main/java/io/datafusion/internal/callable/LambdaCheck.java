package io.datafusion.internal.callable;

import io.datafusion.internal.message.CapturedLambda;
import java.io.Serializable;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandleInfo;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks that a lambda fits its interface and its body, by class files alone. */
final class LambdaCheck {
  private final CapturedLambda lambda;
  private final TypeCheck check;

  LambdaCheck(CapturedLambda lambda, TypeCheck check) {
    this.lambda = lambda;
    this.check = check;
  }

  /** {@return the internal names of its interfaces, joined by {@link TypeCheck#AND}} */
  String check(List<@Nullable String> types) throws MalformedCallable, MissingCode {
    ClassModel functional = check.model(lambda.getInterface());
    Optional<MethodModel> called =
        check.method(functional, lambda.getMethod(), lambda.getMethodDescriptor());
    require(
        functional.flags().has(AccessFlag.INTERFACE)
            && called.isPresent()
            && called.get().flags().has(AccessFlag.ABSTRACT),
        lambda.getInterface() + " has no method " + lambda.getMethod() + " to implement");
    List<ClassDesc> parameters = parameters();
    int captured = lambda.getCapturedCount();
    int given = MethodTypeDesc.ofDescriptor(lambda.getMethodDescriptor()).parameterCount();
    var declared = MethodTypeDesc.ofDescriptor(lambda.getInstantiatedDescriptor());
    require(
        captured + given == parameters.size() && given == declared.parameterCount(),
        lambda.getImplementationName() + " does not take what the lambda is given");
    for (int i = 0; i < captured; i++) {
      require(
          check.fits(types.get(lambda.getCaptured(i)), parameters.get(i).descriptorString()),
          "The captured value " + (i + 1) + " does not fit " + lambda.getImplementationName());
    }
    check.exists(declared.returnType());
    for (int i = 0; i < given; i++) {
      check.exists(declared.parameterType(i));
      require(
          converts(declared.parameterType(i), parameters.get(captured + i)),
          "Parameter " + (i + 1) + " does not fit " + lambda.getImplementationName());
    }
    return interfaces();
  }

  private String interfaces() throws MalformedCallable, MissingCode {
    var names = new LinkedHashSet<>(List.of(InternalName.ofBinary(lambda.getInterface())));
    for (String marker : lambda.getMarkersList()) {
      ClassModel model = check.model(marker);
      require(
          model.flags().has(AccessFlag.INTERFACE)
              && model.findAttribute(Attributes.permittedSubclasses()).isEmpty()
              && names.add(InternalName.ofBinary(marker)),
          "The lambda cannot be a " + marker);
    }
    names.add(InternalName.of(Serializable.class));
    return String.join(TypeCheck.AND, names);
  }

  /** References must be of the type or below it; boxes and primitives are left to the JVM. */
  private boolean converts(ClassDesc from, ClassDesc to) {
    return from.isPrimitive()
        || to.isPrimitive()
        || check.fits(
            from.isArray() ? from.descriptorString() : InternalName.of(from),
            to.descriptorString());
  }

  /** What the body takes, its receiver first. */
  private List<ClassDesc> parameters() throws MalformedCallable, MissingCode {
    ClassModel owner = check.model(lambda.getImplementationType());
    String name = lambda.getImplementationName();
    String descriptor = lambda.getImplementationDescriptor();
    Optional<MethodModel> body = check.method(owner, name, descriptor);
    int kind = lambda.getImplementationKind();
    boolean constructor = kind == MethodHandleInfo.REF_newInvokeSpecial;
    require(
        body.isPresent()
            && kind >= MethodHandleInfo.REF_invokeVirtual
            && kind <= MethodHandleInfo.REF_invokeInterface
            && body.get().flags().has(AccessFlag.STATIC)
                == (kind == MethodHandleInfo.REF_invokeStatic)
            && name.equals(ConstantDescs.INIT_NAME) == constructor,
        lambda.getImplementationType() + " has no such method " + name);
    var parameters = new ArrayList<ClassDesc>();
    if (kind != MethodHandleInfo.REF_invokeStatic && !constructor) {
      parameters.add(ClassDesc.of(lambda.getImplementationType()));
    }
    parameters.addAll(MethodTypeDesc.ofDescriptor(descriptor).parameterList());
    return parameters;
  }

  private static void require(boolean holds, String otherwise) throws MalformedCallable {
    if (!holds) {
      throw new MalformedCallable(otherwise);
    }
  }
}
