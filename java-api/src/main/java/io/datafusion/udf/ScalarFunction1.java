package io.datafusion.udf;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A function of one argument, called once a row.
 *
 * <p>It is {@link Serializable} so that a lambda can say what it captured; Java serialization
 * itself is not used. What it throws ends the query, with the thrown object as the cause of the
 * error. Arguments are new objects: {@code equals} compares them, {@code ==} does not.
 *
 * @param <A> the class of the argument
 * @param <R> the class of the result
 */
@FunctionalInterface
public interface ScalarFunction1<A extends @Nullable Object, R extends @Nullable Object>
    extends Serializable {
  /**
   * {@return the result for one row, {@code null} for a null}
   *
   * @param a the argument; {@code null} only where nulls reach the function
   * @throws Exception whatever the function cannot handle
   */
  R apply(A a) throws Exception;
}
