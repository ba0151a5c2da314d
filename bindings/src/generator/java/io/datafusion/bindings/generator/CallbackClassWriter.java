package io.datafusion.bindings.generator;

import io.datafusion.bindings.generator.Header.Callback;

/** Writes the class of a function pointer typedef. */
final class CallbackClassWriter {
  private CallbackClassWriter() {}

  static GeneratedFile write(Header header, Target target, Callback callback) {
    String name = JavaNames.of(callback.name());
    String body =
        IMPORTS
            + Javadoc.of(0, callback.doc(), callback.declaration())
            + "public final class %s {\n".formatted(name)
            + new CallbackWriter(target).members(name, callback.signature());
    return target.file(header.source(), name, body);
  }

  private static final String IMPORTS =
      """
      import java.lang.foreign.Arena;
      import java.lang.foreign.FunctionDescriptor;
      import java.lang.foreign.Linker;
      import java.lang.foreign.MemorySegment;
      import java.lang.foreign.SegmentAllocator;
      import java.lang.invoke.MethodHandle;

      """;
}
