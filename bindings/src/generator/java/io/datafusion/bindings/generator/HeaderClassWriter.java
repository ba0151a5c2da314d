package io.datafusion.bindings.generator;

import io.datafusion.bindings.generator.Header.Constant;
import io.datafusion.bindings.generator.Header.Function;
import io.datafusion.bindings.generator.Header.IntegerConstant;
import io.datafusion.bindings.generator.Header.Parameter;
import io.datafusion.bindings.generator.Header.StringConstant;
import java.util.ArrayList;
import java.util.List;

/** Writes the class of the header: its functions and constants. */
final class HeaderClassWriter {
  private final Header header;
  private final Target target;
  private final JavaTypes types;

  HeaderClassWriter(Header header, Target target) {
    this.header = header;
    this.target = target;
    this.types = new JavaTypes(target);
  }

  GeneratedFile write() {
    var body =
        new StringBuilder(
            HEAD.replace("${class}", target.headerClass())
                .replace("${shared}", target.sharedClass())
                .replace("${header}", header.source().name())
                .replace("${lookup}", target.symbolLookup()));
    header.constants().forEach(constant -> body.append(constant(constant)));
    header.functions().forEach(function -> body.append(function(function)));
    return target.file(header.source(), target.headerClass(), body.append("}\n").toString());
  }

  private String constant(Constant constant) {
    String name = JavaNames.of(constant.name());
    return switch (constant) {
      case IntegerConstant(_, long value, boolean isInt, String doc) -> {
        String text = isInt ? Integer.toString((int) value) : value + "L";
        yield INTEGER
            .replace("${type}", isInt ? "int" : "long")
            .replace("${value}", text)
            .replace("${name}", name)
            .replace(
                "${doc}", Javadoc.of(4, doc, "#define %s %s".formatted(constant.name(), value)));
      }
      case StringConstant(_, String value, String doc) -> {
        String text = quoted(value);
        yield STRING
            .replace("${name}", name)
            .replace("${doc}", Javadoc.of(4, doc, "#define %s %s".formatted(constant.name(), text)))
            .replace("${value}", text);
      }
    };
  }

  static String quoted(String value) {
    return '"'
        + value
            .replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\t", "\\t")
        + '"';
  }

  private String function(Function function) {
    var signature = function.signature();
    List<Parameter> parameters = types.named(signature);
    List<String> arguments = new ArrayList<>();
    if (types.returnsStruct(signature)) {
      arguments.add("allocator");
    }
    parameters.forEach(parameter -> arguments.add(parameter.name()));
    String declared = types.declared(parameters);
    if (types.returnsStruct(signature)) {
      declared = "SegmentAllocator allocator" + (declared.isEmpty() ? "" : ", " + declared);
    }
    return FUNCTION
        .replace("${name}", JavaNames.of(function.name()))
        .replace("${symbol}", function.name())
        .replace("${descriptor}", types.descriptor(signature, 12))
        .replace("${doc}", Javadoc.of(4, function.doc(), function.declaration()))
        .replace("${accessorDoc}", Javadoc.of(4, "", function.declaration()))
        .replace("${result}", types.javaType(signature.result()))
        .replace("${parameters}", declared)
        .replace("${call}", types.call("mh$", signature, arguments).indent(4).stripTrailing());
  }

  private static final String HEAD =
      """
      import java.lang.foreign.Arena;
      import java.lang.foreign.FunctionDescriptor;
      import java.lang.foreign.Linker;
      import java.lang.foreign.MemorySegment;
      import java.lang.foreign.SegmentAllocator;
      import java.lang.foreign.SymbolLookup;
      import java.lang.invoke.MethodHandle;

      /** The functions and constants of {@code ${header}}. */
      public class ${class} extends ${shared} {

          ${class}() {
              // Should not be called directly
          }

          /** The one line in which this differs from what jextract writes. */
          static final SymbolLookup SYMBOL_LOOKUP = ${lookup};
      """;

  private static final String INTEGER =
      """

          private static final ${type} ${name} = ${value};

      ${doc}    public static ${type} ${name}() {
              return ${name};
          }
      """;

  private static final String STRING =
      """

      ${doc}    public static MemorySegment ${name}() {
              class Holder {
                  static final MemorySegment ${name} = Arena.global().allocateFrom(${value});
              }
              return Holder.${name};
          }
      """;

  private static final String FUNCTION =
      """

          private static class ${name} {
              public static final FunctionDescriptor DESC = ${descriptor};

              public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("${symbol}");

              public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
          }

      ${accessorDoc}    public static FunctionDescriptor ${name}$descriptor() {
              return ${name}.DESC;
          }

      ${accessorDoc}    public static MethodHandle ${name}$handle() {
              return ${name}.HANDLE;
          }

      ${accessorDoc}    public static MemorySegment ${name}$address() {
              return ${name}.ADDR;
          }

      ${doc}    public static ${result} ${name}(${parameters}) {
              var mh$ = ${name}.HANDLE;
      ${call}
          }
      """;
}
