package io.datafusion.bindings.generator;

/** Writes the class of the C layouts, which the header class inherits. */
final class SharedClassWriter {
  private SharedClassWriter() {}

  static GeneratedFile write(Header header, Target target) {
    String name = target.sharedClass();
    String body = TEXT.replace("${class}", name).replace("${header}", header.source().name());
    return target.file(header.source(), name, body);
  }

  // C_LONG has no fixed size, so its type leaves that open: the same class serves all platforms.
  private static final String TEXT =
      """
      import java.lang.foreign.AddressLayout;
      import java.lang.foreign.FunctionDescriptor;
      import java.lang.foreign.Linker;
      import java.lang.foreign.MemoryLayout;
      import java.lang.foreign.ValueLayout;
      import java.lang.invoke.MethodHandle;
      import java.lang.invoke.MethodHandles;

      /** The C layouts of this platform, and what the other classes generated from {@code ${header}} share. */
      public class ${class} {

          ${class}() {
              // Should not be called directly
          }

          public static final ValueLayout.OfBoolean C_BOOL = (ValueLayout.OfBoolean) canonical("bool");
          public static final ValueLayout.OfByte C_CHAR = (ValueLayout.OfByte) canonical("char");
          public static final ValueLayout.OfShort C_SHORT = (ValueLayout.OfShort) canonical("short");
          public static final ValueLayout.OfInt C_INT = (ValueLayout.OfInt) canonical("int");
          /** 32 bits on Windows, 64 elsewhere. */
          public static final ValueLayout C_LONG = (ValueLayout) canonical("long");
          public static final ValueLayout.OfLong C_LONG_LONG = (ValueLayout.OfLong) canonical("long long");
          public static final ValueLayout.OfFloat C_FLOAT = (ValueLayout.OfFloat) canonical("float");
          public static final ValueLayout.OfDouble C_DOUBLE = (ValueLayout.OfDouble) canonical("double");
          /** What it points to has no bounds. */
          public static final AddressLayout C_POINTER = ((AddressLayout) canonical("void*"))
              .withTargetLayout(MemoryLayout.sequenceLayout(Long.MAX_VALUE, C_CHAR));

          private static MemoryLayout canonical(String type) {
              MemoryLayout layout = Linker.nativeLinker().canonicalLayouts().get(type);
              if (layout == null) {
                  throw new AssertionError("no layout of " + type);
              }
              return layout;
          }

          static MethodHandle upcallHandle(Class<?> fi, String name, FunctionDescriptor fdesc) {
              try {
                  return MethodHandles.lookup().findVirtual(fi, name, fdesc.toMethodType());
              } catch (ReflectiveOperationException ex) {
                  throw new AssertionError(ex);
              }
          }
      }
      """;
}
