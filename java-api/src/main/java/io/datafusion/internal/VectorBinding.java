package io.datafusion.internal;

import io.datafusion.udf.VectorArguments;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/** The fields that a function over vectors is called with, and what it promises. */
record VectorBinding(String name, List<Field> arguments, Field result) {

  /** {@return what the function sees of a batch} */
  VectorArguments arguments(VectorBatch batch) {
    return new BatchArguments(this, batch);
  }

  /** {@return what is promised for a batch} */
  VectorAnswer answer(VectorBatch batch) {
    return new VectorAnswer(name, result, batch.rows());
  }
}
