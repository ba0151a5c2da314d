package io.datafusion.internal.callable;

/**
 * The loop around one function. Each function has a subclass of its own, made by {@link
 * KernelWriter}, so that the call in the loop has one target and is inlined; a loop shared by
 * several functions runs fifteen times slower.
 */
abstract class RowKernel {
  /** Calls the function for every row from {@code from} to before {@code to}. */
  abstract void dense(InputColumn[] arguments, OutputColumn out, int from, int to) throws Exception;

  /** Calls the function for the rows {@code base + i} where bit {@code i} of the mask is set. */
  abstract void sparse(InputColumn[] arguments, OutputColumn out, int base, long mask)
      throws Exception;
}
