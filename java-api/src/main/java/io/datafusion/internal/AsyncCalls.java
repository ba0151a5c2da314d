package io.datafusion.internal;

import io.datafusion.internal.arrow.CDataImporter;
import io.datafusion.internal.boundary.AsyncUpcalls;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.udf.AsyncFunction;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** An asynchronous function as what the engine binds to the fields of a call. */
record AsyncCalls(String name, AsyncFunction function) implements Upcalls.Vectors {

  @Override
  public AsyncUpcalls.Bound bind(MemorySegment fields) {
    List<Field> all = CDataImporter.schema(fields).getFields();
    int arguments = all.size() - 1;
    var binding = new VectorBinding(name, all.subList(0, arguments), all.get(arguments));
    return (columns, answer) -> begin(binding, columns, answer);
  }

  private void begin(VectorBinding binding, MemorySegment columns, AsyncUpcalls.Answer answer)
      throws Exception {
    VectorBatch batch = VectorBatch.of(binding.arguments(), columns);
    CompletionStage<FieldVector> stage;
    try {
      stage = function.apply(binding.arguments(batch));
      if (stage == null) {
        throw new IllegalArgumentException("function '" + name + "' answered null, not a stage");
      }
    } catch (Throwable e) {
      batch.close();
      throw e;
    }
    var _ = stage.whenComplete((vector, thrown) -> end(binding, batch, vector, thrown, answer));
  }

  /** On whatever thread completes the stage. */
  private static void end(
      VectorBinding binding,
      VectorBatch batch,
      @Nullable FieldVector vector,
      @Nullable Throwable thrown,
      AsyncUpcalls.Answer answer) {
    try (batch) {
      if (thrown == null) {
        binding.answer(batch).give(vector, batch, answer::complete);
      } else {
        VectorAnswer.close(vector, batch);
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : null;
        answer.fail(cause == null ? thrown : cause);
      }
    } catch (Throwable e) {
      answer.fail(e);
    }
  }

  @Override
  public void returnField(MemorySegment fields, MemorySegment literals, MemorySegment results) {
    throw new UnsupportedOperationException(name + " declares its result");
  }

  @Override
  public void coerceTypes(MemorySegment fields, MemorySegment results) {
    throw new UnsupportedOperationException(name + " declares its arguments");
  }
}
