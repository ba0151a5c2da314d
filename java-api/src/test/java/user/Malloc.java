package user;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/** What the C library has given out, by its own count ({@code mallinfo2} of glibc). */
final class Malloc {
  private static final int FIELDS = 10;

  /** Bytes in blocks of their own, and bytes in use in the arenas. */
  private static final int MAPPED = 4;

  private static final int IN_USE = 7;

  private Malloc() {}

  static long bytesInUse() {
    Linker linker = Linker.nativeLinker();
    MemoryLayout result = MemoryLayout.structLayout(fields());
    MethodHandle mallinfo2 =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("mallinfo2"), FunctionDescriptor.of(result));
    try (Arena arena = Arena.ofConfined()) {
      var info = (MemorySegment) mallinfo2.invokeExact((SegmentAllocator) arena);
      return info.getAtIndex(ValueLayout.JAVA_LONG, MAPPED)
          + info.getAtIndex(ValueLayout.JAVA_LONG, IN_USE);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MemoryLayout[] fields() {
    var fields = new MemoryLayout[FIELDS];
    Arrays.fill(fields, ValueLayout.JAVA_LONG);
    return fields;
  }
}
