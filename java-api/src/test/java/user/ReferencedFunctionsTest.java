package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.Expr;
import io.datafusion.InliningRefusedException;
import io.datafusion.MalformedPayloadException;
import io.datafusion.SessionContext;
import io.datafusion.UnserializableFunctionException;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.ScalarFunction1;
import io.datafusion.udf.ScalarUdf;
import java.io.Serializable;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** contract 12, 17, 18: functions whose classes stay behind. */
class ReferencedFunctionsTest {
  enum Rounding {
    UP
  }

  record Rate(long factor, Rounding rounding) {}

  static class Base implements Serializable {
    private static final long serialVersionUID = 1;
    long offset = 100;
  }

  static final class Derived extends Base {
    private static final long serialVersionUID = 1;
    long more = 1;
  }

  static final class Tripled implements ScalarFunction1<Long, Long> {
    private static final long serialVersionUID = 1;

    @Override
    public Long apply(Long n) {
      return n * 3;
    }
  }

  private static long twice(long n) {
    return n * 2;
  }

  private SessionContext ctx;
  private SessionContext receiver;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
    receiver = ctx.withUdfInlining(UdfInlining.byReference("user"));
  }

  @AfterEach
  void close() {
    receiver.close();
    ctx.close();
  }

  private String evaluated(ScalarUdf function) throws Exception {
    byte[] bytes = function.call(col("n")).toBytes(receiver);
    assertThat(new InlinedCall(bytes).body().getCallable().getCarriedList()).isEmpty();
    Expr back = Expr.fromBytes(receiver, bytes);
    assertThat(back.toBytes(receiver)).isEqualTo(bytes);
    return ctx.sql("SELECT 4 AS n").select(back.alias("r")).toText(1);
  }

  private static ScalarUdf shared(String name, ScalarFunction1<Long, Long> function) {
    return ScalarUdf.of(name, Long.class, Long.class, function).withShared("user");
  }

  @Test
  void everyKindOfCallableTravelsByReference() throws Exception {
    var rate = new Rate(7, Rounding.UP);
    var derived = new Derived();
    assertThat(evaluated(shared("lambda", n -> n + 1))).contains("| 5 ");
    assertThat(evaluated(shared("capture", n -> n * rate.factor() + rate.rounding().ordinal())))
        .contains("| 28 ");
    assertThat(evaluated(shared("object", n -> n + derived.offset + derived.more)))
        .contains("| 105 ");
    assertThat(evaluated(shared("method", ReferencedFunctionsTest::twice))).contains("| 8 ");
    assertThat(evaluated(shared("instance", new Tripled()))).contains("| 12 ");
    assertThat(evaluated(ScalarUdf.of("jdk", Long.class, Long.class, Math::negateExact)))
        .contains("| -4 ");
  }

  @Test
  void theReceiverIsToldWhichClassesItNeeds() throws Exception {
    byte[] bytes = shared("f", n -> n + 1).call(col("n")).toBytes(receiver);
    assertThat(new InlinedCall(bytes).body().getCallable().getReferencedList())
        .extracting(unit -> unit.getName())
        .contains(ReferencedFunctionsTest.class.getName());
  }

  /** contract 17: neither code nor other packages leave. */
  @Test
  void whatIsNotSharedDoesNotLeave() {
    ScalarUdf byValue = ScalarUdf.of("f", Long.class, Long.class, n -> n + 1);
    assertThatThrownBy(() -> byValue.call(col("n")).toBytes(receiver))
        .isInstanceOf(UnserializableFunctionException.class)
        .hasMessageContainingAll(
            "scalar function 'f'", "by reference (user)", "carries", "share the packages");
    try (SessionContext other = ctx.withUdfInlining(UdfInlining.byReference("users", "use"))) {
      ScalarUdf here = byValue.withShared("user");
      assertThatThrownBy(() -> here.call(col("n")).toBytes(other))
          .isInstanceOf(UnserializableFunctionException.class)
          .hasMessageContainingAll(ReferencedFunctionsTest.class.getName(), "none of these");
    }
  }

  /** contract 18: envelopes hide nothing. */
  @Test
  void codeInEnvelopesIsRefused() throws Exception {
    ScalarUdf byValue = ScalarUdf.of("f", Long.class, Long.class, n -> n + 1);
    var sent = new InlinedCall(byValue.call(col("n")).toBytes(ctx));
    for (String id : List.of("io.datafusion.inline", "some.codec")) {
      byte[] nested =
          InlinedCall.envelope(id, InlinedCall.envelope("io.datafusion.inline", sent.frame()));
      assertThatThrownBy(() -> Expr.fromBytes(receiver, sent.with(nested)))
          .isInstanceOf(InliningRefusedException.class)
          .hasMessageContainingAll("scalar function 'f'", "carries");
    }
  }

  /** A function that does not list what it uses gets past the policy, and no further. */
  @Test
  void classesThatAreNotListedAreNotUsed() throws Exception {
    var sent = new InlinedCall(shared("f", n -> n + 5).call(col("n")).toBytes(ctx));
    byte[] hiding = sent.withBody(body -> body.getCallableBuilder().clearReferenced());
    try (SessionContext strict = ctx.withUdfInlining(UdfInlining.byReference())) {
      Expr back = Expr.fromBytes(strict, hiding);
      assertThatThrownBy(() -> ctx.sql("SELECT 4 AS n").select(back.alias("r")).toText(1))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("not among those that came or should be here");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "user.", ".user", "a..b", "a/b", "a-b", "1a", "user.*", " "})
  void namesOfPackagesAreChecked(String name) {
    var function = ScalarUdf.of("f", Long.class, Long.class, n -> n + 1);
    assertThatThrownBy(() -> UdfInlining.byReference(name))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> function.withShared(name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sharingIsPartOfTheDefinition() {
    var function = ScalarUdf.of("f", Long.class, Long.class, n -> n + 1);
    assertThat(function.withShared("user")).isNotEqualTo(function);
    assertThat(function.withShared("user").withShared()).isEqualTo(function);
    assertThat(function.withShared("user")).isEqualTo(function.withShared("user"));
  }
}
