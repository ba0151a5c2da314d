package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_capsule_address;
import static io.datafusion.bindings.datafusion_c_h.df_capsule_import;
import static io.datafusion.bindings.datafusion_c_h.df_capsule_name;

import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.capsule.Capsule;
import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.NativeHandle;
import java.lang.foreign.MemorySegment;

/** A capsule. */
public final class NativeCapsule implements Capsule {
  private final NativeHandle handle;
  private final String name;

  NativeCapsule(MemorySegment self) {
    this.handle = new NativeHandle("Capsule", self, datafusion_c_h::df_capsule_free);
    try (var lease = handle.lease()) {
      this.name =
          Buffers.takeText(Errors.pointer((_, out) -> df_capsule_name(lease.segment(), out)));
    }
  }

  /** {@return the struct of that name at an address, cloned or adopted} */
  public static NativeCapsule of(String name, long address, boolean adopt) {
    // the runtime runs before anything of another library's is dropped on it
    Host.segment();
    byte[] text = Buffers.utf8(name, "the name of a capsule");
    return new NativeCapsule(
        Errors.pointer(
            (arena, out) ->
                df_capsule_import(
                    Buffers.of(arena, text),
                    text.length,
                    MemorySegment.ofAddress(address),
                    adopt,
                    out)));
  }

  NativeHandle handle() {
    return handle;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long address() {
    try (var lease = handle.lease()) {
      return df_capsule_address(lease.segment()).address();
    }
  }

  @Override
  public void close() {
    handle.close();
  }

  @Override
  public String toString() {
    return "Capsule(" + name + ")";
  }
}
