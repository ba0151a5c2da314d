package io.datafusion.internal.boundary;

import static io.datafusion.bindings.datafusion_c_h.df_counters_read;
import static io.datafusion.bindings.datafusion_c_h.df_fault_inject;

import io.datafusion.bindings.df_counters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;

/** Panics on demand, and how many native objects live. */
public final class Faults {
  private Faults() {}

  /** Makes the next call, or task, of that name panic. */
  public static void inject(String name) {
    try (Arena arena = Arena.ofConfined()) {
      byte[] text = Buffers.utf8(name, "a name");
      Errors.check(df_fault_inject(Buffers.of(arena, text), text.length));
    }
  }

  /** What lives now, by kind. */
  public static Map<String, Long> counters() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment c = df_counters.allocate(arena);
      Errors.check(df_counters_read(c));
      var counters = new LinkedHashMap<String, Long>();
      counters.put("sessions", df_counters.sessions(c));
      counters.put("tasks", df_counters.tasks(c));
      counters.put("buffers", df_counters.buffers(c));
      counters.put("functions", df_counters.functions(c));
      counters.put("programs", df_counters.programs(c));
      counters.put("dataframes", df_counters.dataframes(c));
      counters.put("logical_plans", df_counters.logical_plans(c));
      counters.put("execution_plans", df_counters.execution_plans(c));
      counters.put("streams", df_counters.streams(c));
      counters.put("batches", df_counters.batches(c));
      counters.put("errors", df_counters.errors(c));
      counters.put("callbacks", df_counters.callbacks(c));
      counters.put("capsules", df_counters.capsules(c));
      counters.put("physical_exprs", df_counters.physical_exprs(c));
      counters.put("nodes", df_counters.nodes(c));
      return counters;
    }
  }
}
