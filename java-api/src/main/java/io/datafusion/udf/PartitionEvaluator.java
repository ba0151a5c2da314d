package io.datafusion.udf;

import io.datafusion.internal.ArrayRanges;
import org.apache.arrow.vector.FieldVector;

/**
 * Evaluates a window function on one partition: the engine's {@code PartitionEvaluator}. There is
 * one for each partition, used by one thread at a time, so it may keep what it has seen.
 *
 * <p>Which method is called is said by the function:
 *
 * <table>
 * <caption>What to override</caption>
 * <tr><th>the function is</th><th>and its rows come</th><th>called</th></tr>
 * <tr><td>as it is defined</td><td>all at once</td><td>{@link #evaluateAll}</td></tr>
 * <tr><td>{@link WindowUdf#withFrame}</td><td>all at once, or batch by batch</td>
 *     <td>{@link #evaluate}</td></tr>
 * <tr><td>{@link WindowUdf#withRank}</td><td>all at once</td><td>{@link #evaluateAllWithRank}</td></tr>
 * <tr><td>{@link WindowUdf#withBoundedExecution}</td><td>batch by batch</td>
 *     <td>{@link #evaluate}</td></tr>
 * </table>
 *
 * <p>Columns are handed out with row 0 the first row that the engine still has of the partition;
 * ranges count from there, and are half-open. The vectors share the engine's memory and are read
 * only; they are closed when the call returns. A vector that is answered is given away: it is
 * copied and closed.
 */
public interface PartitionEvaluator extends AutoCloseable {
  /**
   * {@return the results: a vector of the result field's type, with a row for each of the
   * partition}
   *
   * <p>Unless overridden this is {@link #evaluate} with the {@link #range} of each row.
   *
   * @param partition the arguments, all rows of the partition
   * @throws Exception whatever makes the query fail; it becomes the cause of the caller's exception
   */
  default FieldVector evaluateAll(VectorArguments partition) throws Exception {
    return evaluate(partition, ArrayRanges.of(this, partition));
  }

  /**
   * {@return the results of some rows: a vector of the result field's type, with a row for each
   * range}
   *
   * <p>The ranges are the frames of a function {@link WindowUdf#withFrame}, and otherwise what
   * {@link #range} says. They are of rows that follow each other, and each row is asked for once. A
   * call is for all rows of a batch, or of a partition that comes at once; but for one row where a
   * function has frames and its rows come batch by batch, since there the engine tells one frame at
   * a time.
   *
   * @param rows the arguments; for a function with frames or ranks the columns of {@code ORDER BY}
   *     follow them
   * @param ranges the rows that each result depends on
   * @throws Exception whatever makes the query fail; it becomes the cause of the caller's exception
   */
  default FieldVector evaluate(VectorArguments rows, RowRanges ranges) throws Exception {
    throw new UnsupportedOperationException(
        getClass().getName() + " overrides none of the methods that this function needs: evaluate");
  }

  /**
   * {@return the results: a vector of the result field's type, with a row for each of the
   * partition}
   *
   * @param partition no columns, but the number of rows
   * @param groups the rows that are equal by the order, group by group
   * @throws Exception whatever makes the query fail; it becomes the cause of the caller's exception
   */
  default FieldVector evaluateAllWithRank(VectorArguments partition, RowRanges groups)
      throws Exception {
    throw new UnsupportedOperationException(
        getClass().getName() + " does not override evaluateAllWithRank");
  }

  /**
   * {@return the rows that the result of a row depends on} The row itself, unless overridden. Not
   * asked of a function {@link WindowUdf#withFrame}.
   *
   * <p>Where rows come batch by batch, rows before the start of the last range may be dropped; and
   * a range that ends at the last row that is there is asked for again when there are more, but of
   * a function {@link WindowUdf#withCausality}.
   *
   * @param rowCount the number of rows that are there
   * @throws Exception whatever makes the query fail; it becomes the cause of the caller's exception
   */
  default RowRange range(int row, int rowCount) throws Exception {
    return RowRange.of(row);
  }

  /**
   * {@return the first row of the last range that is still needed} All of it, unless overridden.
   *
   * <p>Called after a batch where a frame begins with the partition, which would have the engine
   * keep all rows: an evaluator that remembers what it needs of them can have them dropped.
   *
   * @param last the last range that was evaluated
   * @throws Exception whatever makes the query fail; it becomes the cause of the caller's exception
   */
  default int memoize(RowRange last) throws Exception {
    return last.start();
  }

  /** Called when the partition is done, or the query ends. What it throws is ignored. */
  @Override
  default void close() throws Exception {}
}
