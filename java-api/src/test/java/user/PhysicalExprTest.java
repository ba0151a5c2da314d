package user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.DataFusionException;
import io.datafusion.Expr;
import io.datafusion.Functions;
import io.datafusion.IllegalCapsuleException;
import io.datafusion.InvalidArgumentException;
import io.datafusion.NotImplementedException;
import io.datafusion.PhysicalExpr;
import io.datafusion.PlanException;
import io.datafusion.SchemaException;
import io.datafusion.SessionContext;
import io.datafusion.capsule.Capsule;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.VectorArguments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** contract 24: expressions over batches, here and in another library. */
@ExtendWith(ReleasedFixtures.class)
class PhysicalExprTest {
  private static final Extension LIBRARY = Extension.FIRST;
  private static final ArrowType LONG = new ArrowType.Int(64, true);
  private static final Schema SCHEMA = new Schema(List.of(Field.nullable("n", LONG)));
  private static final Expr N = Expr.col("n");
  private static final ScalarUdf PLUS =
      ScalarUdf.of("plus_one", Long.class, Long.class, n -> n + 1);

  private SessionContext ctx;
  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
    allocator = new RootAllocator();
  }

  /** The allocator fails here if a batch was not given back. */
  @AfterEach
  void close() {
    allocator.close();
    ctx.close();
  }

  private VectorSchemaRoot batch(Schema schema, Long... values) {
    VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
    BigIntVector column = (BigIntVector) root.getVector(0);
    column.allocateNew(values.length);
    for (int row = 0; row < values.length; row++) {
      if (values[row] == null) {
        column.setNull(row);
      } else {
        column.set(row, values[row]);
      }
    }
    root.setRowCount(values.length);
    return root;
  }

  private List<Object> values(PhysicalExpr expr, Long... given) {
    try (VectorSchemaRoot batch = batch(SCHEMA, given);
        VectorSchemaRoot made = expr.evaluate(batch, allocator)) {
      assertThat(made.getSchema().getFields()).containsExactly(expr.field());
      FieldVector column = made.getVector(0);
      var values = new ArrayList<>();
      for (int row = 0; row < made.getRowCount(); row++) {
        values.add(column.getObject(row));
      }
      return values;
    }
  }

  @Test
  void answersAValueForEachRow() {
    PhysicalExpr expr = PhysicalExpr.of(ctx, N.times(Expr.lit(2L)), SCHEMA);
    assertThat(values(expr, 1L, null, 3L)).isEqualTo(Arrays.asList(2L, null, 6L));
    assertThat(values(expr)).isEmpty();
    assertThat(expr.toString()).isEqualTo("n@0 * 2");
    assertThat(expr.field()).isEqualTo(Field.nullable("n * Int64(2)", LONG));
  }

  @Test
  void operandsAreCastAsInAQuery() {
    PhysicalExpr expr = PhysicalExpr.of(ctx, N.plus(Expr.lit(0.5)).alias("half"), SCHEMA);
    assertThat(values(expr, 1L)).containsExactly(1.5);
    assertThat(expr.field().getName()).isEqualTo("half");
  }

  @Test
  void aConstantHasAValueForEachRowAndIsNeverNull() {
    PhysicalExpr expr = PhysicalExpr.of(ctx, Expr.lit(7L), SCHEMA);
    assertThat(values(expr, 1L, null)).containsExactly(7L, 7L);
    assertThat(expr.field().isNullable()).isFalse();
    try (VectorSchemaRoot none = new VectorSchemaRoot(List.of(), List.of(), 3);
        VectorSchemaRoot made =
            PhysicalExpr.of(ctx, Expr.lit(7L), none.getSchema()).evaluate(none, allocator)) {
      assertThat(made.getRowCount()).isEqualTo(3);
    }
  }

  @Test
  void callsJavaFunctions() {
    assertThat(values(PhysicalExpr.of(ctx, PLUS.call(N), SCHEMA), 1L, null, 41L))
        .isEqualTo(Arrays.asList(2L, null, 42L));
  }

  /** The function comes out of bytes, in no registry, and nothing has called it before. */
  @Test
  void decodedFunctionsComeToLifeBeforeTheFirstBatch() {
    Expr decoded = Expr.fromBytes(ctx, PLUS.call(N).toBytes());
    PhysicalExpr expr = PhysicalExpr.of(ctx, decoded, SCHEMA);
    assertThat(expr.toString()).isEqualTo("plus_one(n@0)");
    assertThat(values(expr, 1L)).containsExactly(2L);
  }

  @Test
  void whatAFunctionThrowsIsTheCause() {
    var thrown = new IllegalStateException("no");
    ScalarUdf fails =
        ScalarUdf.of(
            "fails",
            Long.class,
            Long.class,
            n -> {
              throw thrown;
            });
    PhysicalExpr expr = PhysicalExpr.of(ctx, fails.call(N), SCHEMA);
    assertThatThrownBy(() -> values(expr, 1L))
        .isInstanceOf(DataFusionException.class)
        .hasCause(thrown);
  }

  @Test
  void aBatchOfAnotherSchemaIsRefused() {
    PhysicalExpr expr = PhysicalExpr.of(ctx, N, SCHEMA);
    try (VectorSchemaRoot other = batch(new Schema(List.of(Field.nullable("m", LONG))), 1L)) {
      assertThatThrownBy(() -> expr.evaluate(other, allocator))
          .isInstanceOf(InvalidArgumentException.class)
          .hasMessageContainingAll("[m Int64]", "[n Int64]");
    }
    Schema never = new Schema(List.of(new Field("n", FieldType.notNullable(LONG), null)));
    PhysicalExpr strict = PhysicalExpr.of(ctx, N, never);
    assertThat(values(strict, 1L)).containsExactly(1L);
    assertThatThrownBy(() -> values(strict, 1L, null))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("'n'");
  }

  private static CompletionStage<FieldVector> never(VectorArguments batch) {
    throw new AssertionError("called for " + batch);
  }

  @Test
  void whatNoRowAloneAnswersIsRefused() {
    assertThatThrownBy(() -> PhysicalExpr.of(ctx, Functions.sum(N), SCHEMA))
        .isInstanceOf(NotImplementedException.class)
        .hasMessageContaining("AggregateFunction");
    Field column = SCHEMA.getFields().getFirst();
    ScalarUdf later = ScalarUdf.async("later", List.of(column), column, PhysicalExprTest::never);
    assertThatThrownBy(() -> PhysicalExpr.of(ctx, later.call(N), SCHEMA))
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("asynchronous function 'later'");
    assertThatThrownBy(() -> PhysicalExpr.of(ctx, Expr.col("gone"), SCHEMA))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("gone");
  }

  @Test
  void outlivesItsContextAndAClosedContextMakesNone() {
    PhysicalExpr expr;
    try (SessionContext other = SessionContext.create()) {
      expr = PhysicalExpr.of(other, PLUS.call(N), SCHEMA);
      other.close();
      assertThatThrownBy(() -> PhysicalExpr.of(other, N, SCHEMA))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> other.export(expr)).isInstanceOf(IllegalStateException.class);
    }
    assertThat(values(expr, 1L)).containsExactly(2L);
  }

  @Test
  void anotherLibraryEvaluatesOurs() {
    PhysicalExpr expr = PhysicalExpr.of(ctx, PLUS.call(N.times(Expr.lit(10L))), SCHEMA);
    try (Capsule capsule = ctx.export(expr)) {
      assertThat(capsule.name()).isEqualTo(Capsule.PHYSICAL_EXPR);
      assertThat(LIBRARY.query(capsule, "SELECT * FROM (VALUES (1), (NULL), (3)) AS t(n)"))
          .startsWith("plus_one(n@0 * 10)")
          .contains("| 11 ", "| 31 ")
          .doesNotContain("error");
    }
  }

  @Test
  void ourOwnCapsuleComesBackAsItWas() {
    try (Capsule capsule = ctx.export(PhysicalExpr.of(ctx, PLUS.call(N), SCHEMA))) {
      PhysicalExpr back = PhysicalExpr.of(ctx, capsule, SCHEMA);
      assertThat(back.toString()).isEqualTo("plus_one(n@0)");
      assertThat(values(back, 4L)).containsExactly(5L);
    }
  }

  @Test
  void evaluatesAnotherLibrarys() {
    try (Capsule capsule = LIBRARY.capsule(Extension.Fixture.TRIPLED, ctx)) {
      PhysicalExpr expr = PhysicalExpr.of(ctx, capsule, SCHEMA);
      assertThat(values(expr, 2L, null)).isEqualTo(Arrays.asList(6L, null));
      assertThat(expr.toString()).isEqualTo("triple(n@0)");
      try (Capsule again = ctx.export(expr)) {
        assertThat(LIBRARY.query(again, "SELECT * FROM (VALUES (5)) AS t(n)")).contains("| 15 ");
      }
    }
  }

  @Test
  void capsulesOfOtherKindsAreRefused() {
    try (Capsule capsule = ctx.queryPlanner()) {
      assertThatThrownBy(() -> PhysicalExpr.of(ctx, capsule, SCHEMA))
          .isInstanceOf(IllegalCapsuleException.class)
          .hasMessageContainingAll(Capsule.QUERY_PLANNER, Capsule.PHYSICAL_EXPR);
    }
  }
}
