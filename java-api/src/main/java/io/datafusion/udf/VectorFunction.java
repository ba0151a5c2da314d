package io.datafusion.udf;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A function over Arrow vectors: a batch of rows in, one vector out.
 *
 * <p>A lambda is enough where the types of arguments and result are declared. A class that
 * implements this may also compute its result field from the arguments', and choose the types that
 * they are cast to: both run when a logical plan is built, so a process that plans needs the code
 * of such a function.
 *
 * <p>It may be called from several threads at once.
 */
@FunctionalInterface
public interface VectorFunction extends Serializable {
  /**
   * {@return the results: a vector of the result field's type, with a row for each of {@link
   * VectorArguments#rowCount()}}
   *
   * <p>The vector is given away: it is copied and closed. An argument may be answered as it is.
   *
   * @param arguments the batch; its vectors are closed after the call
   * @throws Exception whatever makes the query fail; it becomes the cause of the caller's exception
   */
  FieldVector apply(VectorArguments arguments) throws Exception;

  /**
   * {@return the field of the result: name, type, nullability, metadata} Asked for functions that
   * are defined without one.
   *
   * @param arguments the fields of the arguments, after they were cast
   * @param literals the value of each argument that is a literal and not null, as {@code
   *     ValueVector.getObject} gives it; nothing for every other
   * @throws Exception if the function has no result for such arguments
   */
  default Field resultField(List<Field> arguments, List<Optional<Object>> literals)
      throws Exception {
    throw new UnsupportedOperationException(
        "a function that declares no result field overrides resultField");
  }

  /**
   * {@return the types that the arguments are cast to, as many as there are} Asked for functions
   * whose signature is {@link Signature#userDefined()}.
   *
   * @param arguments the types of the arguments as they are
   * @throws Exception if the function does not take such arguments
   */
  default List<Field> coerce(List<Field> arguments) throws Exception {
    throw new UnsupportedOperationException(
        "a function with the signature 'user defined' overrides coerce");
  }
}
