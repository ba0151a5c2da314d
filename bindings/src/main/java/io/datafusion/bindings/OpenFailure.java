package io.datafusion.bindings;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Why the system's dynamic linker refuses a library. {@code libraryLookup} does not say, and
 * "cannot open" alone does not tell an old C library from a folder mounted without execute
 * permission.
 */
final class OpenFailure {
  private static final int RTLD_NOW = 2;

  private OpenFailure() {}

  /** {@return the words of {@code dlerror}, where there is such a function} */
  static Optional<String> reason(Path file) {
    SymbolLookup system = Linker.nativeLinker().defaultLookup();
    Optional<MemorySegment> open = system.find("dlopen");
    Optional<MemorySegment> error = system.find("dlerror");
    if (open.isEmpty() || error.isEmpty()) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      Linker linker = Linker.nativeLinker();
      var dlopen =
          linker.downcallHandle(
              open.get(),
              FunctionDescriptor.of(
                  ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
      var dlerror = linker.downcallHandle(error.get(), FunctionDescriptor.of(ValueLayout.ADDRESS));
      var handle = (MemorySegment) dlopen.invoke(arena.allocateFrom(file.toString()), RTLD_NOW);
      var text = (MemorySegment) dlerror.invoke();
      return handle.address() != 0 || text.address() == 0
          ? Optional.empty()
          : Optional.of(text.reinterpret(Long.MAX_VALUE).getString(0));
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall threw", e);
    }
  }
}
