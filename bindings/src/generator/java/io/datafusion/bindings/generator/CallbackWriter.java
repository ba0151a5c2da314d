package io.datafusion.bindings.generator;

import io.datafusion.bindings.generator.Header.Parameter;
import io.datafusion.bindings.generator.Header.Signature;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes what a function pointer type becomes: {@code Function}, stubs for it, calls through it.
 */
final class CallbackWriter {
  private final Target target;
  private final JavaTypes types;

  CallbackWriter(Target target) {
    this.target = target;
    this.types = new JavaTypes(target);
  }

  /** {@return the members of a class of that name, from the constructor to the end of the class} */
  String members(String name, Signature signature) {
    List<Parameter> parameters = types.numbered(signature);
    return TEXT.replace("${name}", name)
        .replace("${shared}", target.sharedClass())
        .replace("${result}", types.javaType(signature.result()))
        .replace("${parameters}", types.declared(parameters))
        .replace("${descriptor}", types.descriptor(signature, 8))
        .replace("${invoked}", types.declared(invoked(signature, parameters)))
        .replace("${allocator}", allocator(signature, parameters))
        .replace("${call}", call(signature, parameters).indent(4).stripTrailing());
  }

  private List<Parameter> invoked(Signature signature, List<Parameter> parameters) {
    List<Parameter> invoked = new ArrayList<>();
    invoked.add(new Parameter("funcPtr", new CType.Pointer()));
    if (!types.returnsStruct(signature)) {
      invoked.addAll(parameters);
    }
    return invoked;
  }

  /** The allocator stands between the pointer and the arguments. */
  private String allocator(Signature signature, List<Parameter> parameters) {
    if (!types.returnsStruct(signature)) {
      return "";
    }
    String rest = types.declared(parameters);
    return ", SegmentAllocator alloc" + (rest.isEmpty() ? "" : ", " + rest);
  }

  private String call(Signature signature, List<Parameter> parameters) {
    List<String> arguments = new ArrayList<>();
    arguments.add("funcPtr");
    if (types.returnsStruct(signature)) {
      arguments.add("alloc");
    }
    parameters.forEach(parameter -> arguments.add(parameter.name()));
    return types.call("DOWN$MH", signature, arguments);
  }

  private static final String TEXT =
      """

          private ${name}() {
              // Should not be called directly
          }

          /** What a function of this type does. */
          public interface Function {
              ${result} apply(${parameters});
          }

          private static final FunctionDescriptor $DESC = ${descriptor};

          /** {@return what the function takes and returns} */
          public static FunctionDescriptor descriptor() {
              return $DESC;
          }

          private static final MethodHandle UP$MH =
              ${shared}.upcallHandle(${name}.Function.class, "apply", $DESC);

          /** {@return a new upcall stub, which lives as long as the arena; what {@code fi} throws ends the JVM} */
          public static MemorySegment allocate(${name}.Function fi, Arena arena) {
              return Linker.nativeLinker().upcallStub(UP$MH.bindTo(fi), $DESC, arena);
          }

          private static final MethodHandle DOWN$MH = Linker.nativeLinker().downcallHandle($DESC);

          /** Calls the function at that address. */
          public static ${result} invoke(${invoked}${allocator}) {
      ${call}
          }
      }
      """;
}
