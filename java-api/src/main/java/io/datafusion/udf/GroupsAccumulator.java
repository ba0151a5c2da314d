package io.datafusion.udf;

import java.io.Serializable;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/**
 * The states of all groups of an aggregate function, over Arrow vectors: the form for many groups.
 * Groups are numbered from 0. A group may be asked for of which no row was heard; its state is that
 * of no rows. One thread at a time uses an object.
 */
public interface GroupsAccumulator {
  /**
   * Takes the rows of a batch in.
   *
   * @param rows the arguments, rows that FILTER or IGNORE NULLS leaves out left out; their vectors
   *     are closed after the call
   * @param groups the group of each row, an array of this call only
   * @param total the number of groups so far; each of {@code groups} is less
   * @throws Exception whatever makes the query fail; it becomes the cause of the caller's exception
   */
  void update(VectorArguments rows, int[] groups, int total) throws Exception;

  /**
   * Takes in what other objects wrote by {@link #state}.
   *
   * @param states a column for each state field, a row for each state
   * @param groups the group that each state belongs to, an array of this call only
   * @param total the number of groups so far
   * @throws Exception whatever makes the query fail
   */
  void merge(VectorArguments states, int[] groups, int total) throws Exception;

  /**
   * Writes the states of the first groups, which stay as they are.
   *
   * @param groups how many; group {@code g} is written to row {@code g} by {@code setSafe}
   * @param states a vector for each state field; rows that are not written are null
   * @throws Exception whatever makes the query fail
   */
  void state(int groups, List<FieldVector> states) throws Exception;

  /**
   * Writes the results of the first groups.
   *
   * @param groups how many; group {@code g} is written to row {@code g} by {@code setSafe}
   * @param result a vector of the result's type; rows that are not written are null
   * @throws Exception whatever makes the query fail
   */
  void evaluate(int groups, FieldVector result) throws Exception;

  /**
   * Forgets the first groups; the group behind them has number 0 from now on.
   *
   * @param groups how many, perhaps more than were heard of
   */
  void remove(int groups);

  /**
   * Takes rows back that were taken in first, as a window moves on. Called if the function says so
   * by {@link AggregateUdf#withRetract()}.
   *
   * @param rows the arguments
   * @param groups the group of each row, an array of this call only
   * @param total the number of groups so far
   * @throws Exception whatever makes the query fail
   */
  default void retract(VectorArguments rows, int[] groups, int total) throws Exception {
    throw new UnsupportedOperationException("a function defined with retract overrides retract");
  }

  /**
   * {@return about how many bytes the states take} The engine counts them in the memory that a
   * query may use. Asked after each call.
   */
  long size();

  /** Makes the states of one call in one partition. */
  @FunctionalInterface
  interface Factory extends Serializable {
    /** {@return states of no groups} */
    GroupsAccumulator make();
  }
}
