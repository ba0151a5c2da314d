package io.datafusion.udf;

import io.datafusion.internal.ArgumentForm;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Which arguments a function takes, and what they are cast to: the engine's {@code TypeSignature}.
 * Equal signatures take the same arguments.
 */
public sealed interface Signature permits ArgumentForm {
  /** {@return exactly these arguments; others are cast to them where the engine casts by itself} */
  static Signature exact(List<Field> arguments) {
    return ArgumentForm.exact(arguments);
  }

  /** {@return no arguments} */
  static Signature nullary() {
    return ArgumentForm.nullary();
  }

  /**
   * {@return a number of arguments, all of one of these types}
   *
   * @throws IllegalArgumentException for no types, or a number that is not 1 to 1024
   */
  static Signature uniform(int count, ArrowType... types) {
    return ArgumentForm.uniform(count, ArgumentForm.fields(types));
  }

  /** {@return one argument or more, all of one of these types} */
  static Signature variadic(ArrowType... types) {
    return ArgumentForm.variadic(ArgumentForm.fields(types));
  }

  /** {@return one argument or more, of any types} */
  static Signature variadicAny() {
    return ArgumentForm.variadicAny();
  }

  /** {@return a number of arguments of any types} */
  static Signature any(int count) {
    return ArgumentForm.any(count);
  }

  /** {@return a number of arguments of types that can be compared with each other} */
  static Signature comparable(int count) {
    return ArgumentForm.comparable(count);
  }

  /** {@return a number of numbers, all cast to one numeric type} */
  static Signature numeric(int count) {
    return ArgumentForm.numeric(count);
  }

  /** {@return a number of strings, all cast to one string type} */
  static Signature string(int count) {
    return ArgumentForm.string(count);
  }

  /** {@return the first of these that the arguments fit} */
  static Signature oneOf(Signature... forms) {
    return ArgumentForm.oneOf(List.of(forms));
  }

  /** {@return arguments each with its own rules of conversion} */
  static Signature coercible(Coercion... arguments) {
    return ArgumentForm.coercible(List.of(arguments));
  }

  /** {@return what {@link VectorFunction#coerce} makes of the arguments} */
  static Signature userDefined() {
    return ArgumentForm.userDefined();
  }

  /** {@return whether it takes so many arguments} */
  boolean accepts(int arguments);
}
