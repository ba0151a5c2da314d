package io.datafusion.internal.callable;

import java.lang.foreign.MemorySegment;

/**
 * What row loops need from the boundary. The loops themselves call no restricted method, so native
 * access stays with the bindings.
 *
 * @param space the whole address space, from address 0; loops slice it to the exact bounds of each
 *     buffer
 * @param reserve grows the values of a variable-width output
 */
public record RowMemory(MemorySegment space, Reserve reserve) {
  /**
   * Grows {@code df_output.values}, content kept, and updates {@code values} and {@code capacity}.
   */
  @FunctionalInterface
  public interface Reserve {
    /**
     * Grows the output.
     *
     * @param output the {@code df_output} of the running call
     * @param capacity bytes that are needed in all
     */
    void grow(MemorySegment output, long capacity);
  }
}
