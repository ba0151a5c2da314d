package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.DF_WINDOW_IGNORES_NULLS;
import static io.datafusion.bindings.datafusion_c_h.DF_WINDOW_REVERSED;

import io.datafusion.internal.arrow.CDataImporter;
import io.datafusion.internal.boundary.WindowUpcalls;
import io.datafusion.udf.FrameFunction;
import io.datafusion.udf.PartitionEvaluator;
import io.datafusion.udf.RowRanges;
import io.datafusion.udf.VectorArguments;
import io.datafusion.udf.VectorFunction;
import io.datafusion.udf.WindowContext;
import io.datafusion.udf.WindowFunction;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/** A window function as what the engine calls. */
final class WindowCalls implements WindowUpcalls.Window {
  private final String name;
  private final WindowFunction function;

  private WindowCalls(String name, WindowFunction function) {
    this.name = name;
    this.function = function;
  }

  /**
   * {@return the calls of a function that makes evaluators, or is one without state}
   *
   * @throws IllegalArgumentException if it is neither
   */
  static WindowCalls of(String name, Object function) {
    return new WindowCalls(
        name,
        switch (function) {
          case WindowFunction evaluators -> evaluators;
          case VectorFunction partition -> _ -> new OverPartition(partition);
          case FrameFunction frames -> _ -> new OverFrames(frames);
          default ->
              throw new IllegalArgumentException(function.getClass() + " is no window function");
        });
  }

  @Override
  public WindowUpcalls.Evaluator open(MemorySegment fields, MemorySegment literals, int flags)
      throws Exception {
    List<Field> all = CDataImporter.schema(fields).getFields();
    int arguments = all.size() - 1;
    List<Field> given = all.subList(0, arguments);
    var context =
        new Context(
            given,
            VectorCalls.literals(given, literals),
            all.get(arguments),
            (flags & DF_WINDOW_IGNORES_NULLS()) != 0,
            (flags & DF_WINDOW_REVERSED()) != 0);
    PartitionEvaluator evaluator = function.evaluator(context);
    if (evaluator == null) {
      throw new IllegalArgumentException("function '" + name + "' answered no evaluator");
    }
    return new PartitionCall(name, context.resultField, evaluator);
  }

  @Override
  public void returnField(MemorySegment fields, MemorySegment results) throws Exception {
    List<Field> arguments = CDataImporter.schema(fields).getFields();
    VectorCalls.answerField(name, function.resultField(arguments), results);
  }

  @Override
  public void coerceTypes(MemorySegment fields, MemorySegment results) throws Exception {
    List<Field> arguments = CDataImporter.schema(fields).getFields();
    VectorCalls.answerCasts(name, arguments.size(), function.coerce(arguments), results);
  }

  private record Context(
      List<Field> arguments,
      List<Optional<Object>> literals,
      Field resultField,
      boolean ignoresNulls,
      boolean isReversed)
      implements WindowContext {
    @Override
    public BufferAllocator allocator() {
      return VectorBatch.ALLOCATOR;
    }
  }

  private record OverPartition(VectorFunction function) implements PartitionEvaluator {
    @Override
    public FieldVector evaluateAll(VectorArguments partition) throws Exception {
      return function.apply(partition);
    }
  }

  private record OverFrames(FrameFunction function) implements PartitionEvaluator {
    @Override
    public FieldVector evaluate(VectorArguments rows, RowRanges frames) throws Exception {
      return function.apply(rows, frames);
    }
  }
}
