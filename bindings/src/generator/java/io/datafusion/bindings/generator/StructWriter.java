package io.datafusion.bindings.generator;

import io.datafusion.bindings.generator.CType.FunctionPointer;
import io.datafusion.bindings.generator.CType.StructName;
import io.datafusion.bindings.generator.Header.Member;
import io.datafusion.bindings.generator.Header.Struct;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the class of a struct. */
final class StructWriter {
  private final Header header;
  private final Target target;
  private final JavaTypes types;

  StructWriter(Header header, Target target) {
    this.header = header;
    this.target = target;
    this.types = new JavaTypes(target);
  }

  GeneratedFile write(Struct struct) {
    String name = JavaNames.of(struct.name());
    var members = new StringBuilder();
    struct.members().forEach(member -> members.append(member(member)));
    String body =
        IMPORTS
            + Javadoc.of(0, struct.doc(), declaration(struct))
            + HEAD.replace("${name}", name)
                .replace("${struct}", struct.name())
                .replace("${elements}", elements(struct))
            + members
            + TAIL;
    return target.file(header.source(), name, body);
  }

  private static String declaration(Struct struct) {
    return struct.members().stream()
        .map(member -> "    " + member.declaration() + ";\n")
        .collect(Collectors.joining("", "struct " + struct.name() + " {\n", "}"));
  }

  private String elements(Struct struct) {
    List<String> elements = new ArrayList<>();
    long end = 0;
    for (Member member : struct.members()) {
      if (member.offset() > end) {
        elements.add("MemoryLayout.paddingLayout(%d)".formatted(member.offset() - end));
      }
      elements.add("%s.withName(\"%s\")".formatted(types.layout(member.type()), member.name()));
      end = member.offset() + size(member.type());
    }
    if (struct.size() > end) {
      elements.add("MemoryLayout.paddingLayout(%d)".formatted(struct.size() - end));
    }
    return String.join(",\n        ", elements);
  }

  private long size(CType type) {
    return switch (type) {
      case CType.Scalar scalar -> scalar.size;
      case StructName(String tag) ->
          header.structs().stream()
              .filter(struct -> struct.name().equals(tag))
              .findFirst()
              .orElseThrow()
              .size();
      case CType.Pointer _, FunctionPointer _ -> 8;
      case CType.Void _ -> throw new IllegalArgumentException("void has no size");
    };
  }

  private String member(Member member) {
    String name = JavaNames.of(member.name());
    String doc = Javadoc.of(4, member.doc(), member.declaration());
    var text = new StringBuilder();
    if (member.type() instanceof FunctionPointer(var signature)) {
      text.append('\n').append(doc);
      text.append("    public static final class %s {\n".formatted(name));
      text.append(new CallbackWriter(target).members(name, signature).indent(4));
    }
    String accessors = member.type() instanceof StructName ? STRUCT_MEMBER : VALUE_MEMBER;
    return text.append(
            (LAYOUT + accessors)
                .replace("${doc}", doc)
                .replace("${name}", name)
                .replace("${path}", member.name())
                .replace("${java}", types.javaType(member.type()))
                .replace("${layout}", types.layoutType(member.type())))
        .toString();
  }

  private static final String IMPORTS =
      """
      import java.lang.foreign.AddressLayout;
      import java.lang.foreign.Arena;
      import java.lang.foreign.FunctionDescriptor;
      import java.lang.foreign.GroupLayout;
      import java.lang.foreign.Linker;
      import java.lang.foreign.MemoryLayout;
      import java.lang.foreign.MemoryLayout.PathElement;
      import java.lang.foreign.MemorySegment;
      import java.lang.foreign.SegmentAllocator;
      import java.lang.foreign.ValueLayout;
      import java.lang.invoke.MethodHandle;
      import java.util.function.Consumer;

      """;

  private static final String HEAD =
      """
      public class ${name} {

          ${name}() {
              // Should not be called directly
          }

          private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
              ${elements}
          ).withName("${struct}");

          /** {@return the layout of this struct} */
          public static GroupLayout layout() {
              return $LAYOUT;
          }
      """;

  private static final String LAYOUT =
      """

          private static final ${layout} ${name}$LAYOUT =
              (${layout}) $LAYOUT.select(PathElement.groupElement("${path}"));

      ${doc}    public static ${layout} ${name}$layout() {
              return ${name}$LAYOUT;
          }

          private static final long ${name}$OFFSET =
              $LAYOUT.byteOffset(PathElement.groupElement("${path}"));

      ${doc}    public static long ${name}$offset() {
              return ${name}$OFFSET;
          }
      """;

  private static final String VALUE_MEMBER =
      """

      ${doc}    public static ${java} ${name}(MemorySegment struct) {
              return struct.get(${name}$LAYOUT, ${name}$OFFSET);
          }

      ${doc}    public static void ${name}(MemorySegment struct, ${java} fieldValue) {
              struct.set(${name}$LAYOUT, ${name}$OFFSET, fieldValue);
          }
      """;

  private static final String STRUCT_MEMBER =
      """

      ${doc}    public static MemorySegment ${name}(MemorySegment struct) {
              return struct.asSlice(${name}$OFFSET, ${name}$LAYOUT.byteSize());
          }

      ${doc}    public static void ${name}(MemorySegment struct, MemorySegment fieldValue) {
              MemorySegment.copy(fieldValue, 0L, struct, ${name}$OFFSET, ${name}$LAYOUT.byteSize());
          }
      """;

  private static final String TAIL =
      """

          /** {@return the struct at that index of an array of this struct} */
          public static MemorySegment asSlice(MemorySegment array, long index) {
              return array.asSlice(layout().byteSize() * index);
          }

          /** {@return the size of this struct in bytes} */
          public static long sizeof() {
              return layout().byteSize();
          }

          /** {@return a new struct} */
          public static MemorySegment allocate(SegmentAllocator allocator) {
              return allocator.allocate(layout());
          }

          /** {@return a new array of this struct} */
          public static MemorySegment allocateArray(long elementCount, SegmentAllocator allocator) {
              return allocator.allocate(MemoryLayout.sequenceLayout(elementCount, layout()));
          }

          /** {@return the struct at that address; {@code cleanup}, if not null, runs when the arena closes} */
          public static MemorySegment reinterpret(
                  MemorySegment addr, Arena arena, Consumer<MemorySegment> cleanup) {
              return reinterpret(addr, 1, arena, cleanup);
          }

          /** {@return the array at that address; {@code cleanup}, if not null, runs when the arena closes} */
          public static MemorySegment reinterpret(
                  MemorySegment addr, long elementCount, Arena arena, Consumer<MemorySegment> cleanup) {
              return addr.reinterpret(layout().byteSize() * elementCount, arena, cleanup);
          }
      }
      """;
}
