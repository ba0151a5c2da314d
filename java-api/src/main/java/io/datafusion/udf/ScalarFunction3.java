package io.datafusion.udf;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A function of three arguments, called once a row.
 *
 * <p>It is {@link Serializable} so that a lambda can say what it captured; Java serialization
 * itself is not used. What it throws ends the query, with the thrown object as the cause of the
 * error. Arguments are new objects: {@code equals} compares them, {@code ==} does not.
 *
 * @param <A> the class of the first argument
 * @param <B> the class of the second argument
 * @param <C> the class of the third argument
 * @param <R> the class of the result
 */
@FunctionalInterface
public interface ScalarFunction3<
        A extends @Nullable Object,
        B extends @Nullable Object,
        C extends @Nullable Object,
        R extends @Nullable Object>
    extends Serializable {
  /**
   * {@return the result for one row, {@code null} for a null}
   *
   * @param a the first argument; {@code null} only where nulls reach the function
   * @param b the second argument
   * @param c the third argument
   * @throws Exception whatever the function cannot handle
   */
  R apply(A a, B b, C c) throws Exception;
}
