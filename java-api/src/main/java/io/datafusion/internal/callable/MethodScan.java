package io.datafusion.internal.callable;

import java.lang.classfile.Attributes;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.StackMapFrameInfo;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandleInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the body of one method reaches. */
final class MethodScan {
  private static final ClassDesc METAFACTORY = ClassDesc.of("java.lang.invoke.LambdaMetafactory");

  private final Reachability reach;
  private final ClassFiles files;
  private final boolean initialiser;

  /** A class literal just loaded; what comes next decides whether reflection may follow. */
  private @Nullable String literal;

  /** Scans a method, or a static initialiser, whose class has these files beside it. */
  MethodScan(Reachability reach, ClassFiles files, boolean initialiser) {
    this.reach = reach;
    this.files = files;
    this.initialiser = initialiser;
  }

  void scan(CodeModel code) {
    for (CodeElement element : code) {
      String before = literal;
      if (before != null && element instanceof java.lang.classfile.Instruction next) {
        literal = null;
        if (!isAssertionStatus(next)) {
          reach.literal(before, files);
        }
      }
      visit(element);
    }
    // the verifier looks at these, and may load them
    code.findAttribute(Attributes.stackMapTable())
        .ifPresent(
            table ->
                table
                    .entries()
                    .forEach(
                        frame -> {
                          frame.locals().forEach(this::verified);
                          frame.stack().forEach(this::verified);
                        }));
  }

  /** {@code assert} asks its class for this, which is not reflection. */
  private static boolean isAssertionStatus(java.lang.classfile.Instruction next) {
    return next instanceof InvokeInstruction invoke
        && invoke.name().equalsString("desiredAssertionStatus")
        && invoke.owner().asSymbol().equals(ConstantDescs.CD_Class);
  }

  private void verified(StackMapFrameInfo.VerificationTypeInfo type) {
    if (type instanceof StackMapFrameInfo.ObjectVerificationTypeInfo object) {
      type(object.className());
    }
  }

  private void visit(CodeElement element) {
    switch (element) {
      case FieldInstruction field -> {
        type(InternalName.of(field.typeSymbol()));
        field(InternalName.of(field.owner().asSymbol()), field.name().stringValue());
      }
      case InvokeInstruction invoke -> invoke(invoke);
      case InvokeDynamicInstruction dynamic -> {
        reach.types(dynamic.typeSymbol(), files);
        handle(dynamic.bootstrapMethod());
        bootstrapArguments(dynamic.bootstrapArgs());
        lambda(dynamic);
      }
      case NewObjectInstruction created ->
          reach.instance(created.className().asInternalName(), files);
      case NewReferenceArrayInstruction array -> type(array.componentType());
      case NewMultiArrayInstruction array -> type(array.arrayType());
      case TypeCheckInstruction check -> type(check.type());
      case ExceptionCatch handler -> handler.catchType().ifPresent(this::type);
      case ConstantInstruction.LoadConstantInstruction load -> {
        if (load.constantEntry() instanceof ClassEntry type) {
          literal = InternalName.of(type.asSymbol());
        } else {
          constant(load.constantValue());
        }
      }
      default -> {}
    }
  }

  /** A lambda is an object of its interface and of the marker interfaces beside that. */
  private void lambda(InvokeDynamicInstruction dynamic) {
    if (dynamic.bootstrapMethod().owner().equals(METAFACTORY)) {
      reach.lambda(InternalName.of(dynamic.typeSymbol().returnType()), files);
      for (ConstantDesc argument : dynamic.bootstrapArgs()) {
        if (argument instanceof ClassDesc marker) {
          reach.lambda(InternalName.of(marker), files);
        }
      }
    }
  }

  private void invoke(InvokeInstruction invoke) {
    reach.types(invoke.typeSymbol(), files);
    if (invoke.owner().asSymbol().isArray()) {
      type(invoke.owner());
      return;
    }
    String owner = invoke.owner().asInternalName();
    String name = invoke.name().stringValue();
    String descriptor = invoke.type().stringValue();
    reach.method(owner, name, descriptor, files);
    if (invoke.opcode() == Opcode.INVOKEVIRTUAL || invoke.opcode() == Opcode.INVOKEINTERFACE) {
      reach.call(owner, name, descriptor, files);
    }
  }

  private void type(ClassEntry entry) {
    type(InternalName.of(entry.asSymbol()));
  }

  private void type(String name) {
    reach.type(name, files);
  }

  /**
   * Bootstrap arguments name classes without using them reflectively: records, pattern switches.
   */
  private void bootstrapArguments(List<ConstantDesc> arguments) {
    for (ConstantDesc argument : arguments) {
      if (argument instanceof ClassDesc type) {
        type(InternalName.of(type));
      } else {
        constant(argument);
      }
    }
  }

  private void constant(ConstantDesc constant) {
    switch (constant) {
      case MethodTypeDesc type -> reach.types(type, files);
      case DirectMethodHandleDesc handle -> handle(handle);
      case DynamicConstantDesc<?> dynamic -> {
        type(InternalName.of(dynamic.constantType()));
        handle(dynamic.bootstrapMethod());
        bootstrapArguments(dynamic.bootstrapArgsList());
        enumOfLabel(dynamic.bootstrapArgsList());
      }
      default -> {}
    }
  }

  /** Labels of pattern switches name the class of a constant by a text, in a call. */
  private void enumOfLabel(List<ConstantDesc> call) {
    if (call.size() == 2
        && call.get(0) instanceof DirectMethodHandleDesc called
        && called.owner().equals(ConstantDescs.CD_ClassDesc)
        && call.get(1) instanceof String name) {
      reach.constants(InternalName.ofBinary(name), files);
    }
  }

  /** What a lambda calls; the kind is a MethodHandleInfo constant. */
  void implementation(int kind, String owner, String name, String descriptor) {
    if (kind == MethodHandleInfo.REF_newInvokeSpecial) {
      reach.instance(owner, files);
    }
    method(owner, name, descriptor);
    if (kind == MethodHandleInfo.REF_invokeVirtual
        || kind == MethodHandleInfo.REF_invokeInterface) {
      reach.call(owner, name, descriptor, files);
    }
  }

  /** A method handle: a lambda's body, a method reference, a bootstrap, the getter of a record. */
  void handle(DirectMethodHandleDesc handle) {
    String owner = InternalName.of(handle.owner());
    String descriptor = handle.lookupDescriptor();
    switch (handle.kind()) {
      case GETTER, SETTER, STATIC_GETTER, STATIC_SETTER -> {
        type(InternalName.of(ClassDesc.ofDescriptor(descriptor)));
        field(owner, handle.methodName());
      }
      case CONSTRUCTOR -> {
        reach.instance(owner, files);
        method(owner, ConstantDescs.INIT_NAME, descriptor);
      }
      case STATIC, INTERFACE_STATIC -> method(owner, handle.methodName(), descriptor);
      case VIRTUAL, INTERFACE_VIRTUAL, SPECIAL, INTERFACE_SPECIAL -> {
        method(owner, handle.methodName(), descriptor);
        reach.call(owner, handle.methodName(), descriptor, files);
      }
    }
  }

  private void field(String owner, String name) {
    reach.field(owner, name, initialiser, files);
  }

  private void method(String owner, String name, String descriptor) {
    reach.types(MethodTypeDesc.ofDescriptor(descriptor), files);
    reach.method(owner, name, descriptor, files);
  }
}
