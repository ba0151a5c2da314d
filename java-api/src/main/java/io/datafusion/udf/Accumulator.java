package io.datafusion.udf;

import java.io.Serializable;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/**
 * The state of one group of an aggregate function, over Arrow vectors. There is one object a group;
 * it is used by one thread at a time.
 *
 * <p>Rows reach it in batches. Where the engine works in stages, the states of several objects are
 * written as columns, one a state field, and merged by another object, perhaps in another process.
 */
public interface Accumulator {
  /**
   * Takes rows of the group in.
   *
   * @param rows the arguments, rows that FILTER or IGNORE NULLS leaves out left out; their vectors
   *     are closed after the call
   * @throws Exception whatever makes the query fail; it becomes the cause of the caller's exception
   */
  void update(VectorArguments rows) throws Exception;

  /**
   * Takes in what other objects wrote by {@link #state}.
   *
   * @param states a column for each state field, a row for each state
   * @throws Exception whatever makes the query fail
   */
  void merge(VectorArguments states) throws Exception;

  /**
   * Writes the state, which stays as it is.
   *
   * @param states a vector for each state field
   * @param row the row to write to by {@code setSafe}; one that is not written is null
   * @throws Exception whatever makes the query fail
   */
  void state(List<FieldVector> states, int row) throws Exception;

  /**
   * Writes the result of the rows so far; more may follow.
   *
   * @param result a vector of the result's type
   * @param row the row to write to by {@code setSafe}; one that is not written is null
   * @throws Exception whatever makes the query fail
   */
  void evaluate(FieldVector result, int row) throws Exception;

  /**
   * Takes rows back that were taken in first, as a window moves on. Called if the function says so
   * by {@link AggregateUdf#withRetract()}.
   *
   * @param rows the arguments
   * @throws Exception whatever makes the query fail
   */
  default void retract(VectorArguments rows) throws Exception {
    throw new UnsupportedOperationException("a function defined with retract overrides retract");
  }

  /**
   * {@return about how many bytes the state takes} The engine counts them in the memory that a
   * query may use.
   */
  default long size() {
    return 64;
  }

  /** Makes the state of a group without rows. */
  @FunctionalInterface
  interface Factory extends Serializable {
    /** {@return a new state} */
    Accumulator make();
  }
}
