package io.datafusion.internal.arrow;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.DataFrame;
import io.datafusion.Expr;
import io.datafusion.Functions;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.internal.FunctionMemory;
import io.datafusion.udf.Accumulator;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.VectorArguments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows taken out of vectors of every type, and functions that see them group by group. */
class VectorTakeTest {
  private static final int ROWS = 41;

  private final BufferAllocator allocator = new RootAllocator();

  static Stream<Field> fields() {
    return Samples.fields();
  }

  @AfterEach
  void nothingLeaks() {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  /**
   * Native code refuses arguments that are dictionaries or runs where the function declares them
   * so, but not those that are within something.
   */
  static Stream<Field> arguments() {
    return fields()
        .filter(field -> !field.getName().equals("dictionary_of_list_of_dictionary"))
        .map(field -> field.getDictionary() == null ? field : within(field));
  }

  private static Field within(Field field) {
    var type = new FieldType(true, field.getType(), field.getDictionary());
    Field member = new Field(field.getName(), type, field.getChildren());
    return Samples.nullable("within", ArrowType.Struct.INSTANCE, member);
  }

  /** Characters that UTF-8 cannot express come from numbers of 16 bits. */
  private static String escaped(List<?> values) {
    var text = new StringBuilder();
    values
        .toString()
        .chars()
        .forEach(c -> text.append(c > 126 ? "#" + c : String.valueOf((char) c)));
    return text.toString();
  }

  private static List<@Nullable Object> rows(FieldVector vector, DictionaryProvider dictionaries) {
    var root =
        new VectorSchemaRoot(List.of(vector.getField()), List.of(vector), vector.getValueCount());
    return Rows.of(root, dictionaries).getFirst();
  }

  @ParameterizedTest
  @MethodSource("fields")
  void rowsAreTakenInAnyOrderAndAnyNumber(Field field) {
    for (boolean nulls : new boolean[] {false, true}) {
      try (Batch batch = Batch.filled(allocator, ROWS, nulls, field)) {
        FieldVector all = batch.root().getVector(0);
        Field made = batch.root().getSchema().getFields().getFirst();
        List<@Nullable Object> expected = rows(all, batch.dictionaries());
        int[][] choices = {
          {}, {ROWS - 1}, {3, 3, 0, 40, 17, 8}, IntStream.range(0, ROWS).toArray(), {9, 10, 11}
        };
        for (int[] chosen : choices) {
          try (FieldVector taken = VectorTake.of(all, made, chosen, allocator)) {
            assertThat(taken.getValueCount()).isEqualTo(chosen.length);
            assertThat(rows(taken, batch.dictionaries()))
                .isEqualTo(IntStream.of(chosen).mapToObj(expected::get).toList());
          }
        }
      }
    }
  }

  /** What a group has seen, as text. */
  private static final class Seen implements Accumulator {
    private String text = "";

    @Override
    public void update(VectorArguments rows) {
      text += escaped(VectorTakeTest.rows(rows.vector(0), rows.dictionaries()));
    }

    @Override
    public void merge(VectorArguments states) {
      VarCharVector texts = states.vector(0, VarCharVector.class);
      for (int row = 0; row < states.rowCount(); row++) {
        text += texts.getObject(row);
      }
    }

    @Override
    public void state(List<FieldVector> states, int row) {
      evaluate(states.getFirst(), row);
    }

    @Override
    public void evaluate(FieldVector result, int row) {
      ((VarCharVector) result).setSafe(row, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public long size() {
      return text.length();
    }
  }

  /** Issue 4: an object for each group sees arguments of every type, whatever the order. */
  @ParameterizedTest
  @MethodSource("arguments")
  void groupsSeeTheirRows(Field field) throws IOException {
    long before = FunctionMemory.allocated();
    Field text = Samples.nullable("text", Samples.UTF8);
    Field key = Samples.nullable("key", Samples.INT64);
    boolean runs = field.getType() instanceof ArrowType.RunEndEncoded;
    AggregateUdf seen =
        AggregateUdf.accumulating(
            "seen", List.of(runs ? within(field) : field), text, List.of(text), Seen::new);
    Expr column = col(field.getName());
    Expr argument = runs ? Functions.namedStruct(lit(field.getName()), column) : column;
    for (int groups : new int[] {1, 5, ROWS}) {
      try (Batch batch = Batch.filled(allocator, ROWS, true, key, field);
          SessionContext ctx = SessionContext.create(SessionConfig.of().withTargetPartitions(1))) {
        BigIntVector keys = (BigIntVector) batch.root().getVector(0);
        var expected = new TreeMap<Long, List<@Nullable Object>>();
        List<@Nullable Object> all = batch.rows().get(1);
        for (int row = 0; row < ROWS; row++) {
          keys.set(row, row * 7L % groups);
          expected
              .computeIfAbsent(keys.get(row), _ -> new ArrayList<>())
              .add(runs ? Collections.singletonMap(field.getName(), all.get(row)) : all.get(row));
        }
        DataFrame frame;
        try (Lent lent = new Lent(batch);
            ArrowReader reader = new ImportingReader(allocator, List.of(lent))) {
          frame = ctx.read(reader);
        }
        var found = new ArrayList<String>();
        try (var stream =
                frame
                    .aggregate(List.of(col("key")), List.of(seen.call(argument).alias("s")))
                    .sort(col("key").asc())
                    .select(col("s"))
                    .execute();
            ArrowReader reader = stream.reader(allocator)) {
          while (reader.loadNextBatch()) {
            VectorSchemaRoot root = reader.getVectorSchemaRoot();
            for (int row = 0; row < root.getRowCount(); row++) {
              found.add(root.getVector(0).getObject(row).toString());
            }
          }
        }
        assertThat(found)
            .as("%d groups", groups)
            .containsExactlyElementsOf(
                expected.values().stream().map(VectorTakeTest::escaped).toList());
      }
    }
    assertThat(FunctionMemory.allocated()).isEqualTo(before);
  }
}
