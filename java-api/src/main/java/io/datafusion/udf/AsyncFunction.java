package io.datafusion.udf;

import java.io.Serializable;
import java.util.concurrent.CompletionStage;
import org.apache.arrow.vector.FieldVector;

/**
 * An asynchronous function over the vectors of a batch: for lookups in services and other waits
 * that would hold a thread of the engine.
 */
@FunctionalInterface
public interface AsyncFunction extends Serializable {
  /**
   * {@return the result's vector, of the declared type and of as many rows as the batch, once it is
   * there} It is closed by the caller, and so are the arguments when the stage has completed. A
   * stage that never completes keeps the query waiting until it is cancelled; a query that is
   * cancelled does not cancel the stage.
   *
   * @param batch the arguments, which any thread may read until the stage has completed
   * @throws Exception which is the cause of what the query throws, as is what the stage fails with
   */
  CompletionStage<FieldVector> apply(VectorArguments batch) throws Exception;
}
