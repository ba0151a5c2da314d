package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_results_set_schema;

import io.datafusion.internal.arrow.CDataExporter;
import io.datafusion.internal.arrow.CDataImporter;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.udf.VectorFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A function over vectors as what the engine asks while it plans. */
final class VectorCalls implements Upcalls.Vectors {
  private final String name;
  private final VectorFunction function;

  VectorCalls(String name, VectorFunction function) {
    this.name = name;
    this.function = function;
  }

  @Override
  public Upcalls.BoundVectors bind(MemorySegment fields) {
    List<Field> all = CDataImporter.schema(fields).getFields();
    int arguments = all.size() - 1;
    var binding = new VectorBinding(name, all.subList(0, arguments), all.get(arguments));
    return new VectorCall(binding, function);
  }

  @Override
  public void returnField(MemorySegment fields, MemorySegment literals, MemorySegment results)
      throws Exception {
    List<Field> arguments = CDataImporter.schema(fields).getFields();
    answerField(name, function.resultField(arguments, literals(arguments, literals)), results);
  }

  static List<Optional<Object>> literals(List<Field> fields, MemorySegment columns) {
    try (var batch = VectorBatch.of(fields, columns)) {
      var literals = new ArrayList<Optional<Object>>();
      for (int i = 0; i < fields.size(); i++) {
        FieldVector vector = batch.vector(i);
        literals.add(
            batch.isScalar(i) ? Optional.ofNullable(vector.getObject(0)) : Optional.empty());
      }
      return literals;
    }
  }

  @Override
  public void coerceTypes(MemorySegment fields, MemorySegment results) throws Exception {
    List<Field> arguments = CDataImporter.schema(fields).getFields();
    answerCasts(name, arguments.size(), function.coerce(arguments), results);
  }

  /** Hands over the result field that a function has computed. */
  static void answerField(String name, @Nullable Field result, MemorySegment results) {
    if (result == null) {
      throw new IllegalArgumentException("function '" + name + "' answered no result field");
    }
    answer(List.of(result), results);
  }

  /** Hands over what a function casts its arguments to. */
  static void answerCasts(
      String name, int arguments, @Nullable List<Field> chosen, MemorySegment results) {
    if (chosen == null || chosen.size() != arguments) {
      throw new IllegalArgumentException(
          "function '%s' has %d arguments, and casts them to %s"
              .formatted(name, arguments, chosen));
    }
    answer(chosen, results);
  }

  private static void answer(List<Field> fields, MemorySegment results) {
    answer(new Schema(fields), results);
  }

  /** Hands over a schema. */
  static void answer(Schema schema, MemorySegment results) {
    try (Arena arena = Arena.ofConfined();
        var dictionaries = new FieldDictionaries()) {
      MemorySegment struct =
          CDataExporter.of(arena, dictionaries)
              .withRelease(Upcalls.lent())
              .schema(dictionaries.inMemory(schema));
      Errors.check(df_results_set_schema(results, struct));
    }
  }
}
