package io.datafusion.udf;

import java.io.Serializable;
import org.apache.arrow.vector.FieldVector;

/**
 * A window function that remembers nothing from one row to the next: the frames of rows in, one
 * vector out. It may be called from several threads at once.
 */
@FunctionalInterface
public interface FrameFunction extends Serializable {
  /**
   * {@return the results: a vector of the result field's type, with a row for each frame}
   *
   * @param rows the arguments, then the columns of {@code ORDER BY}
   * @param frames the frame of each row that a result is wanted for
   * @throws Exception whatever makes the query fail; it becomes the cause of the caller's exception
   */
  FieldVector apply(VectorArguments rows, RowRanges frames) throws Exception;
}
