package io.datafusion.internal.callable;

import java.lang.foreign.MemorySegment;

/** Runs one row function over the rows of batches, in a class of its own. */
public final class RowLoop {
  private final RowSignature signature;
  private final RowMemory memory;

  private RowLoop(RowSignature signature, RowMemory memory) {
    this.signature = signature;
    this.memory = memory;
  }

  /**
   * {@return a loop around a function}
   *
   * @param signature what it takes and gives
   * @param function a {@code ScalarFunction1} to {@code ScalarFunction4}, as many as the arguments
   * @param memory access to the buffers
   */
  public static RowLoop of(RowSignature signature, Object function, RowMemory memory) {
    return new RowLoop(signature, memory);
  }

  /**
   * Calls the function once a row and writes what it gives.
   *
   * @param arguments {@code struct ArrowArray[]}, one an argument, offset 0
   * @param rows rows of each argument
   * @param output {@code df_output} of the result
   * @throws Exception what the function throws, as it is
   */
  public void run(MemorySegment arguments, long rows, MemorySegment output) throws Exception {
    throw new UnsupportedOperationException(signature + " " + memory);
  }
}
