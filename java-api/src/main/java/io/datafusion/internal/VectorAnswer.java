package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_results_push;

import io.datafusion.internal.arrow.CDataExporter;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.Upcalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * What a function over vectors is to answer.
 *
 * @param rows the number of rows of the vector
 */
record VectorAnswer(String name, Field result, int rows) {
  /** Hands an answer over if it is what was promised; closes it in any case. */
  void push(@Nullable FieldVector answer, VectorBatch batch, MemorySegment results) {
    give(answer, batch, array -> Errors.check(df_results_push(results, array)));
  }

  /**
   * Gives an answer if it is what was promised, as a struct that is lent; closes it in any case.
   */
  void give(@Nullable FieldVector answer, VectorBatch batch, Consumer<MemorySegment> taker) {
    try (Arena arena = Arena.ofConfined()) {
      FieldVector checked = check(answer, batch);
      taker.accept(
          CDataExporter.of(arena, batch.dictionaries())
              .withRelease(Upcalls.lent())
              .column(checked));
    } finally {
      close(answer, batch);
    }
  }

  /** Closes an answer that is not the batch's own. */
  static void close(@Nullable FieldVector answer, VectorBatch batch) {
    if (answer != null && !batch.holds(answer)) {
      answer.close();
    }
  }

  /** Native code reads the buffers by the promised type, so it must be that type. */
  private FieldVector check(@Nullable FieldVector answer, VectorBatch batch) {
    if (answer == null) {
      throw new IllegalArgumentException("function '" + name + "' answered null, not a vector");
    }
    if (!VectorTypes.same(result, answer.getField(), batch.dictionaries())) {
      throw new IllegalArgumentException(
          "function '%s' answered a vector of %s, and %s was promised"
              .formatted(name, VectorTypes.text(answer.getField()), VectorTypes.text(result)));
    }
    if (answer.getValueCount() != rows) {
      throw new IllegalArgumentException(
          "function '%s' answered %d rows, and %d were asked for"
              .formatted(name, answer.getValueCount(), rows));
    }
    return answer;
  }
}
