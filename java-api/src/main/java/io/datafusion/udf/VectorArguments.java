package io.datafusion.udf;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What a {@link VectorFunction} is called with: one batch. The vectors share the engine's memory
 * and are read only; they are closed when the call returns.
 */
public interface VectorArguments {
  /** {@return the number of rows that the result has} Also of functions without arguments. */
  int rowCount();

  /** {@return the number of arguments} */
  int size();

  /**
   * {@return an argument: {@link #rowCount()} rows, or one row if it {@link #isScalar}} One that is
   * dictionary-encoded has its indices here and its values in {@link #dictionaries()}.
   *
   * @throws IndexOutOfBoundsException if there are fewer arguments
   */
  FieldVector vector(int argument);

  /**
   * {@return an argument as a vector of a class}
   *
   * @throws ClassCastException if it is of another
   * @throws IndexOutOfBoundsException if there are fewer arguments
   */
  default <V extends FieldVector> V vector(int argument, Class<V> type) {
    return type.cast(vector(argument));
  }

  /** {@return whether an argument is one value, in row 0, that stands for every row} */
  boolean isScalar(int argument);

  /** {@return the row of an argument that belongs to a row of the batch} */
  default int index(int argument, int row) {
    return isScalar(argument) ? 0 : row;
  }

  /** {@return the field of an argument in this call: name, type, nullability, metadata} */
  Field field(int argument);

  /** {@return the field that the engine expects of the result} */
  Field resultField();

  /** {@return the dictionaries of dictionary-encoded arguments} */
  DictionaryProvider dictionaries();

  /** {@return where to allocate the result and what else the call needs} It cannot be closed. */
  BufferAllocator allocator();
}
