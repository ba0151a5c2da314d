package user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.DataFusionException;
import io.datafusion.Expr;
import io.datafusion.SessionContext;
import io.datafusion.udf.Coercion;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Signature;
import io.datafusion.udf.VectorArguments;
import io.datafusion.udf.VectorFunction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signatures as the engine applies them: what is taken, what it is cast to, what is refused. */
class SignatureTest {
  private static final ArrowType INT64 = new ArrowType.Int(64, true);
  private static final ArrowType INT32 = new ArrowType.Int(32, true);
  private static final ArrowType UTF8 = ArrowType.Utf8.INSTANCE;

  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  /** Tells the types that it is called with. */
  private static FieldVector types(VectorArguments batch) {
    var text = new StringBuilder();
    for (int i = 0; i < batch.size(); i++) {
      text.append(i == 0 ? "" : " ").append(batch.field(i).getType());
    }
    var result = new VarCharVector("r", batch.allocator());
    for (int row = 0; row < batch.rowCount(); row++) {
      result.setSafe(row, text.toString().getBytes(StandardCharsets.UTF_8));
    }
    result.setValueCount(batch.rowCount());
    return result;
  }

  private String called(Signature signature, String arguments) {
    var f = ScalarUdf.vectorized("f", signature, Field.nullable("r", UTF8), SignatureTest::types);
    ctx.register(f);
    String here = ctx.sql("SELECT f(" + arguments + ") AS r").toText(1);
    Expr call =
        ctx.parseExpr(
            "f(" + arguments + ")", new org.apache.arrow.vector.types.pojo.Schema(List.of()));
    Expr back = Expr.fromBytes(ctx, call.toBytes(ctx));
    assertThat(back).isEqualTo(call);
    assertThat(ctx.sql("SELECT 1").select(back.alias("r")).toText(1)).isEqualTo(here);
    return here.lines().skip(3).findFirst().orElseThrow();
  }

  private void refused(Signature signature, String arguments) {
    assertThatThrownBy(() -> called(signature, arguments))
        .as(arguments)
        .isInstanceOf(DataFusionException.class)
        .hasMessageContaining("f");
  }

  @Test
  void exactCastsToTheDeclaredTypes() {
    Signature exact =
        Signature.exact(List.of(Field.nullable("a", INT64), Field.nullable("b", UTF8)));
    assertThat(called(exact, "CAST(1 AS INT), 'x'")).contains("Int(64, true) Utf8");
    refused(exact, "1");
    refused(exact, "'abc', 'x'");
  }

  @Test
  void uniformAndVariadicShareAType() {
    assertThat(called(Signature.uniform(2, INT32, UTF8), "'a', 'b'")).contains("Utf8 Utf8");
    refused(Signature.uniform(2, INT32), "1, 2, 3");
    assertThat(called(Signature.variadic(UTF8), "'a', 'b', 'c'")).contains("Utf8 Utf8 Utf8");
  }

  @Test
  void anyTakesThemAsTheyAre() {
    assertThat(called(Signature.any(2), "1, 'b'")).contains("Int(64, true)");
    refused(Signature.any(2), "1");
    assertThat(called(Signature.variadicAny(), "1, true, 2.5")).contains("Bool");
    assertThat(called(Signature.nullary(), "")).isNotNull();
    refused(Signature.nullary(), "1");
  }

  @Test
  void familiesFindACommonType() {
    assertThat(called(Signature.numeric(2), "1, 2.5")).contains("DOUBLE").doesNotContain("Int");
    refused(Signature.numeric(1), "DATE '2020-01-01'");
    assertThat(called(Signature.string(1), "'a'")).contains("Utf8");
    assertThat(called(Signature.comparable(2), "1, 2.5")).contains("DOUBLE");
  }

  @Test
  void oneOfTakesTheFirstThatFits() {
    Signature either = Signature.oneOf(Signature.nullary(), Signature.any(2));
    assertThat(called(either, "1, 2")).contains("Int(64, true)");
    assertThat(called(either, "")).isNotNull();
    refused(either, "1");
  }

  @Test
  void coercibleCastsOnlyTheSourcesItNames() {
    Signature text =
        Signature.coercible(
            Coercion.of(Coercion.TypeClass.of(UTF8)).withSources(UTF8, Coercion.Family.INTEGER));
    assertThat(called(text, "12")).contains("Utf8");
    refused(text, "true");
    Signature number = Signature.coercible(Coercion.of(Coercion.Family.NUMERIC));
    assertThat(called(number, "2.5")).contains("DOUBLE");
    refused(number, "DATE '2020-01-01'");
  }

  /** Casts to what it wants, and computes its field from a literal. */
  private static final class Own implements VectorFunction {
    private static final long serialVersionUID = 1L;

    @Override
    public FieldVector apply(VectorArguments batch) {
      return batch.vector(0);
    }

    @Override
    public List<Field> coerce(List<Field> arguments) {
      if (arguments.size() != 2) {
        throw new IllegalArgumentException("two arguments, please");
      }
      return List.of(Field.nullable("", UTF8), Field.nullable("", INT32));
    }

    @Override
    public Field resultField(List<Field> arguments, List<Optional<Object>> literals) {
      boolean nullable = literals.get(1).map(n -> (Integer) n > 0).orElse(true);
      return new Field(
          "own",
          new org.apache.arrow.vector.types.pojo.FieldType(
              nullable, UTF8, null, java.util.Map.of("limit", literals.get(1).toString())),
          null);
    }
  }

  @Test
  void userDefinedCoercionAndFieldAreTheFunctions() {
    ctx.register(ScalarUdf.vectorized("own", Signature.userDefined(), new Own()));
    var frame = ctx.sql("SELECT own(12, 3) AS r, own('x', 0) AS s");
    var fields = frame.schema().getFields();
    assertThat(fields.get(0).isNullable()).isTrue();
    assertThat(fields.get(1).isNullable()).isFalse();
    assertThat(fields.get(0).getMetadata()).containsEntry("limit", "Optional[3]");
    assertThat(frame.toText(1)).contains("| 12 | x |");
    byte[] plan = frame.executionPlan().toBytes(ctx);
    try (SessionContext other = SessionContext.create();
        var stream = other.execute(io.datafusion.ExecutionPlan.fromBytes(other, plan))) {
      assertThat(stream.schema().getFields().get(1).isNullable()).isFalse();
    }
    assertThatThrownBy(() -> ctx.sql("SELECT own(1)"))
        .isInstanceOf(DataFusionException.class)
        .hasMessageContaining("two arguments, please");
  }

  @Test
  void wrongSignaturesAreRefusedAtOnce() {
    assertThatThrownBy(() -> Signature.any(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Signature.any(2000)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Signature.variadic()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Signature.oneOf()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Coercion.of(Coercion.Family.ANY).withSources(UTF8))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
