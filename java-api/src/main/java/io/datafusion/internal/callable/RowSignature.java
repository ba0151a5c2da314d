package io.datafusion.internal.callable;

import java.util.List;

/**
 * What a row function takes and gives.
 *
 * @param name the function, as errors name it
 * @param arguments one to four
 * @param result of one row
 * @param nullsReachLambda whether rows with a null argument are handed to the function; otherwise
 *     their result is null without a call
 */
public record RowSignature(
    String name, List<RowType> arguments, RowType result, boolean nullsReachLambda) {
  /** As many as there are interfaces for. */
  public static final int MOST_ARGUMENTS = KernelWriter.FUNCTIONS.size();

  /** Copies the list and checks the number of arguments. */
  public RowSignature {
    arguments = List.copyOf(arguments);
    if (arguments.isEmpty() || arguments.size() > MOST_ARGUMENTS) {
      throw new IllegalArgumentException(
          "A row function takes one to four arguments, " + name + " has " + arguments.size());
    }
  }
}
