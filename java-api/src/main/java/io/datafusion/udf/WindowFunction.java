package io.datafusion.udf;

import java.io.Serializable;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What makes the evaluators of a window function, one for each partition: a constructor reference
 * or a lambda is enough where the types of arguments and result are declared.
 *
 * <p>A class that implements this may also compute its result field from the arguments', and choose
 * the types that they are cast to: both run when a plan is built or decoded, so a process that
 * plans needs the code of such a function.
 *
 * <p>It may be called from several threads at once.
 */
@FunctionalInterface
public interface WindowFunction extends Serializable {
  /**
   * {@return the evaluator of one partition}
   *
   * @param context what the call says
   * @throws Exception whatever makes the query fail; it becomes the cause of the caller's exception
   */
  PartitionEvaluator evaluator(WindowContext context) throws Exception;

  /**
   * {@return the field of the result: type, nullability, metadata; its name is the call's} Asked
   * for functions that are defined without one.
   *
   * @param arguments the fields of the arguments, after they were cast
   * @throws Exception if the function has no result for such arguments
   */
  default Field resultField(List<Field> arguments) throws Exception {
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
