package io.datafusion.internal.callable;

import java.lang.foreign.MemorySegment;

/**
 * Runs one row function over the rows of batches. It may run on several threads at once.
 *
 * <p>Unless nulls reach the function, it is called only for rows whose arguments are all there; the
 * validity bits of 64 rows are looked at in one step. A null that it returns is a null.
 */
public final class RowLoop {
  private final RowSignature signature;
  private final RowMemory memory;
  private final RowKernel kernel;

  private RowLoop(RowSignature signature, RowMemory memory, RowKernel kernel) {
    this.signature = signature;
    this.memory = memory;
    this.kernel = kernel;
  }

  /**
   * {@return a loop around a function}
   *
   * @param signature what it takes and gives
   * @param function a {@code ScalarFunction1} to {@code ScalarFunction4}, as many as the arguments
   * @param memory access to the buffers
   * @throws IllegalArgumentException if the function takes another number of arguments
   */
  public static RowLoop of(RowSignature signature, Object function, RowMemory memory) {
    return new RowLoop(signature, memory, KernelWriter.write(signature, function));
  }

  /**
   * Calls the function once a row and writes what it gives.
   *
   * @param arguments {@code struct ArrowArray[]}, one an argument, each with offset 0; only its
   *     address is used
   * @param rows rows of each argument
   * @param output {@code df_output} of the result; only its address is used
   * @throws ArithmeticException if a result does not fit its type
   * @throws Exception what the function throws, as it is
   */
  public void run(MemorySegment arguments, long rows, MemorySegment output) throws Exception {
    int count = Math.toIntExact(rows);
    var out = new OutputColumn(signature, memory, output.address(), count);
    if (count == 0) {
      out.finish();
      return;
    }
    var columns = new InputColumn[signature.arguments().size()];
    boolean nulls = false;
    for (int i = 0; i < columns.length; i++) {
      long struct = arguments.address() + i * InputColumn.STRUCT_SIZE;
      columns[i] = InputColumn.of(signature.arguments().get(i), memory.space(), struct, count);
      nulls |= columns[i].validity.byteSize() != 0;
    }
    if (nulls && !signature.nullsReachLambda()) {
      runValid(columns, out, count);
    } else {
      kernel.dense(columns, out, 0, count);
    }
    out.finish();
  }

  private void runValid(InputColumn[] columns, OutputColumn out, int rows) throws Exception {
    for (int base = 0; base < rows; base += Long.SIZE) {
      int count = Math.min(Long.SIZE, rows - base);
      long all = -1L >>> (Long.SIZE - count);
      long valid = all;
      for (InputColumn column : columns) {
        valid &= column.valid(base, count);
      }
      if (valid == all) {
        kernel.dense(columns, out, base, base + count);
      } else {
        out.setNulls(base, count, ~valid & all);
        kernel.sparse(columns, out, base, valid);
      }
    }
  }
}
