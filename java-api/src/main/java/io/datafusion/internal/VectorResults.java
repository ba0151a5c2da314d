package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_results_push;

import io.datafusion.internal.arrow.CDataExporter;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.Upcalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;

/** Vectors that a function fills, a row for each group. */
final class VectorResults implements AutoCloseable {
  private static final DictionaryProvider NONE = new DictionaryProvider.MapDictionaryProvider();

  private final String name;
  private final List<Field> fields;
  private final List<FieldVector> vectors = new ArrayList<>();
  private final BitSet hadRoom = new BitSet();

  private VectorResults(String name, List<Field> fields) {
    this.name = name;
    this.fields = fields;
  }

  /**
   * Checks that a vector of a field can be filled.
   *
   * @throws IllegalArgumentException if it is dictionary-encoded
   */
  static void check(Field field) {
    if (field.getDictionary() != null) {
      throw new IllegalArgumentException(
          "field '"
              + field.getName()
              + "' is dictionary-encoded; results and states of aggregate functions are plain");
    }
    field.getChildren().forEach(VectorResults::check);
  }

  /** {@return vectors without values, with room for so many rows} */
  static VectorResults of(String name, List<Field> fields, int rows) {
    var results = new VectorResults(name, fields);
    try {
      for (int i = 0; i < fields.size(); i++) {
        FieldVector vector = fields.get(i).createVector(VectorBatch.ALLOCATOR);
        results.vectors.add(vector);
        vector.setInitialCapacity(rows);
        vector.allocateNew();
        results.hadRoom.set(i, vector.getValueCapacity() > 0);
      }
      return results;
    } catch (Throwable e) {
      results.close();
      throw e;
    }
  }

  List<FieldVector> vectors() {
    return List.copyOf(vectors);
  }

  /** Ends the vectors after so many rows and hands them over. */
  void push(int rows, MemorySegment results) {
    try (Arena arena = Arena.ofConfined()) {
      var exporter = CDataExporter.of(arena, NONE).withRelease(Upcalls.lent());
      for (int i = 0; i < vectors.size(); i++) {
        FieldVector vector = vectors.get(i);
        if (hadRoom.get(i) && vector.getValueCapacity() == 0) {
          throw new IllegalStateException(
              "function '%s' closed a vector that it was to fill; it is closed when the call returns"
                  .formatted(name));
        }
        vector.setValueCount(rows);
        if (!VectorTypes.same(fields.get(i), vector.getField(), NONE)) {
          throw new IllegalArgumentException(
              "function '%s' made a vector of %s of one of %s"
                  .formatted(
                      name, VectorTypes.text(vector.getField()), VectorTypes.text(fields.get(i))));
        }
        Errors.check(df_results_push(results, exporter.column(vector)));
      }
    }
  }

  @Override
  public void close() {
    VectorBatch.close(vectors);
  }
}
