package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_host_new;
import static io.datafusion.bindings.datafusion_c_h.df_machine_watch;

import io.datafusion.bindings.NativeLibrary;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.Upcalls;
import java.lang.foreign.MemorySegment;

/**
 * This process as the engine sees it: it names the engine's threads and brings functions to life.
 */
public final class Host implements Upcalls.Host {
  private Host() {}

  private static final class Self {
    static final MemorySegment SEGMENT = make();

    private static MemorySegment make() {
      NativeLibrary.createdMachines().ifPresent(created -> Errors.check(df_machine_watch(created)));
      return Errors.pointer((arena, out) -> df_host_new(Upcalls.host(arena, new Host()), out));
    }
  }

  /**
   * {@return the one host, which lives as long as the process}
   *
   * <p>Everything native begins here, so the library is loaded here: a class whose first downcall
   * finds none fails ever after, without saying why.
   */
  public static MemorySegment segment() {
    NativeLibrary.load();
    return Self.SEGMENT;
  }

  @Override
  public void threadStarted(long index) {
    Thread.currentThread().setName("datafusion-worker-" + index);
  }

  @Override
  public Upcalls.Held resolve(byte[] body, byte[] sha256) throws Throwable {
    return Callables.resolve(body, sha256);
  }
}
