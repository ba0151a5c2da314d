package io.datafusion.udf;

import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;

/** What a {@link PartitionEvaluator} is made for: one call of a window function in a query. */
public interface WindowContext {
  /** {@return the fields of the arguments in this call} */
  List<Field> arguments();

  /**
   * {@return the value of each argument that is a literal and not null, as {@code
   * ValueVector.getObject} gives it; nothing for every other}
   */
  List<Optional<Object>> literals();

  /** {@return the field that the engine expects of the result} */
  Field resultField();

  /** {@return whether the call says {@code IGNORE NULLS}} What that means is the function's. */
  boolean ignoresNulls();

  /**
   * {@return whether the rows come in the reverse of the order that was asked for} Only of a
   * function that is {@link Reversal#AWARE}.
   */
  boolean isReversed();

  /** {@return where to allocate what the evaluator keeps} */
  BufferAllocator allocator();
}
