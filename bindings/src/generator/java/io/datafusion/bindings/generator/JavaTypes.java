package io.datafusion.bindings.generator;

import io.datafusion.bindings.generator.CType.FunctionPointer;
import io.datafusion.bindings.generator.CType.Pointer;
import io.datafusion.bindings.generator.CType.Scalar;
import io.datafusion.bindings.generator.CType.StructName;
import io.datafusion.bindings.generator.Header.Parameter;
import io.datafusion.bindings.generator.Header.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How C types show in the Java sources. */
final class JavaTypes {
  private final Target target;

  JavaTypes(Target target) {
    this.target = target;
  }

  String javaType(CType type) {
    return switch (type) {
      case Scalar scalar -> scalar.javaType;
      case Pointer _, FunctionPointer _, StructName _ -> "MemorySegment";
      case CType.Void _ -> "void";
    };
  }

  /** {@return the layout, as an expression} */
  String layout(CType type) {
    return switch (type) {
      case Scalar scalar -> target.sharedClass() + '.' + scalar.layout;
      case Pointer _, FunctionPointer _ -> target.sharedClass() + ".C_POINTER";
      case StructName(String tag) -> JavaNames.of(tag) + ".layout()";
      case CType.Void _ -> throw new IllegalArgumentException("void has no layout");
    };
  }

  /** {@return the Java type of the layout} */
  String layoutType(CType type) {
    return switch (type) {
      case Scalar scalar -> "ValueLayout." + scalar.layoutType;
      case Pointer _, FunctionPointer _ -> "AddressLayout";
      case StructName _ -> "GroupLayout";
      case CType.Void _ -> throw new IllegalArgumentException("void has no layout");
    };
  }

  /** {@return a FunctionDescriptor, as an expression whose lines go on at that indentation} */
  String descriptor(Signature signature, int indent) {
    List<String> layouts = new ArrayList<>();
    boolean isVoid = signature.result() instanceof CType.Void;
    if (!isVoid) {
      layouts.add(layout(signature.result()));
    }
    signature.parameters().forEach(parameter -> layouts.add(layout(parameter.type())));
    String separator = "\n" + " ".repeat(indent);
    String open = isVoid ? "FunctionDescriptor.ofVoid(" : "FunctionDescriptor.of(";
    return layouts.isEmpty()
        ? open + ")"
        : open + separator + String.join("," + separator, layouts) + ")";
  }

  /** {@return whether a call needs an allocator for its result} */
  boolean returnsStruct(Signature signature) {
    return signature.result() instanceof StructName;
  }

  /** {@return the parameters of a Java method of that signature, allocator included} */
  List<Parameter> named(Signature signature) {
    return signature.parameters().stream()
        .map(parameter -> new Parameter(JavaNames.of(parameter.name()), parameter.type()))
        .toList();
  }

  /** {@return the parameters as jextract calls those of a function pointer} */
  List<Parameter> numbered(Signature signature) {
    List<Parameter> parameters = new ArrayList<>();
    for (Parameter parameter : signature.parameters()) {
      parameters.add(new Parameter("_x" + parameters.size(), parameter.type()));
    }
    return parameters;
  }

  String declared(List<Parameter> parameters) {
    return parameters.stream()
        .map(parameter -> javaType(parameter.type()) + " " + parameter.name())
        .collect(Collectors.joining(", "));
  }

  /** {@return the body of a call: what is passed on, and what becomes of Throwables} */
  String call(String handle, Signature signature, List<String> arguments) {
    boolean isVoid = signature.result() instanceof CType.Void;
    String result = isVoid ? "" : "return (" + javaType(signature.result()) + ") ";
    return """
        try {
            %s%s.invokeExact(%s);
        } catch (Error | RuntimeException ex$) {
            throw ex$;
        } catch (Throwable ex$) {
            throw new AssertionError("should not reach here", ex$);
        }
    """
        .formatted(result, handle, String.join(", ", arguments));
  }
}
