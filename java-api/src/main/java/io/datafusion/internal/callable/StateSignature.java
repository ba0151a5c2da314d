package io.datafusion.internal.callable;

import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What an aggregate function with a record as state takes and gives.
 *
 * @param name the function, as errors name it
 * @param arguments one to three
 * @param state the fields of the record's components
 * @param result of one group
 */
public record StateSignature(
    String name, List<RowType> arguments, List<Field> state, RowType result) {
  private static final int MOST_ARGUMENTS = 3;

  /** Copies the lists and checks the number of arguments. */
  public StateSignature {
    arguments = List.copyOf(arguments);
    state = List.copyOf(state);
    if (arguments.isEmpty() || arguments.size() > MOST_ARGUMENTS) {
      throw new IllegalArgumentException(
          "An aggregate with a record as state takes one to three arguments, "
              + name
              + " has "
              + arguments.size());
    }
  }
}
