package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.datafusion.DataFrame;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.InliningRefusedException;
import io.datafusion.LogicalPlan;
import io.datafusion.SessionContext;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.UnserializableFunctionException;
import io.datafusion.Window;
import io.datafusion.WindowFrame;
import io.datafusion.codec.FrameSigner;
import io.datafusion.codec.FrameVerifier;
import io.datafusion.codec.FunctionForm;
import io.datafusion.codec.PlanInspector;
import io.datafusion.codec.UdfInlining;
import io.datafusion.internal.callable.CallableDecoder;
import io.datafusion.udf.WindowUdf;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Window functions in bytes: contract 9, 10, 16 to 19. */
class WindowTravelTest {
  private static final SecretKey SECRET = new SecretKeySpec(new byte[32], "HmacSHA256");

  enum Form {
    EXPRESSION,
    LOGICAL_PLAN,
    EXECUTION_PLAN;

    byte[] write(SessionContext session, WindowUdf function) {
      Expr call = call(function);
      DataFrame rows = session.sql("SELECT * FROM (VALUES (1, 4), (2, 5)) t(id, x)").select(call);
      return switch (this) {
        case EXPRESSION -> call.toBytes(session);
        case LOGICAL_PLAN -> rows.logicalPlan().toBytes(session);
        case EXECUTION_PLAN -> rows.executionPlan().toBytes(session);
      };
    }

    /** {@return what it is written as again} */
    byte[] read(SessionContext session, byte[] bytes) {
      return switch (this) {
        case EXPRESSION -> Expr.fromBytes(session, bytes).toBytes(session);
        case LOGICAL_PLAN -> LogicalPlan.fromBytes(session, bytes).toBytes(session);
        case EXECUTION_PLAN -> ExecutionPlan.fromBytes(session, bytes).toBytes(session);
      };
    }

    PlanInspector.Inspection inspect(byte[] bytes) {
      return switch (this) {
        case EXPRESSION -> PlanInspector.expression(bytes);
        case LOGICAL_PLAN -> PlanInspector.logicalPlan(bytes);
        case EXECUTION_PLAN -> PlanInspector.executionPlan(bytes);
      };
    }
  }

  private SessionContext ignorant;
  private SessionContext knowing;
  private WindowUdf sum;

  @BeforeEach
  void open() {
    sum = Windows.sum();
    ignorant = SessionContext.create();
    knowing = SessionContext.create();
    knowing.register(sum);
  }

  @AfterEach
  void close() {
    ignorant.close();
    knowing.close();
  }

  private static Expr call(WindowUdf function) {
    Window window = Window.of().withOrderBy(col("id").asc()).withFrame(WindowFrame.rows(1, 1));
    Expr[] arguments =
        function.arguments().isEmpty()
            ? new Expr[0]
            : new Expr[] {col("x").cast(Windows.LONG.getType())};
    return function.call(arguments).over(window).alias("r");
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void whatWasDecodedIsWrittenAsItCame(Form form) {
    long before = CallableDecoder.definedClasses();
    for (WindowUdf function :
        List.of(Windows.rowNumber(), sum, Windows.denseRank(), Windows.lag(), Windows.lead())) {
      byte[] bytes = form.write(ignorant, function);
      assertThat(form.read(ignorant, bytes)).isEqualTo(bytes);
    }
    assertThat(CallableDecoder.definedClasses()).isEqualTo(before);
  }

  @Test
  void expressionsComeBackEqual() {
    Expr call = sum.call(col("x")).over(Window.of().withOrderBy(col("id").asc()));
    assertThat(Expr.fromBytes(ignorant, call.toBytes(ignorant))).isEqualTo(call);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void inspectionShowsKindAndForm(Form form) {
    var inspection = form.inspect(form.write(ignorant, sum));
    assertThat(inspection.functions())
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.name()).isEqualTo("my_sum");
              assertThat(found.kind()).isEqualTo(PlanInspector.Kind.WINDOW);
              assertThat(found.form())
                  .isInstanceOfSatisfying(
                      FunctionForm.Inlined.class,
                      inlined -> assertThat(inlined.frame().family()).isEqualTo("DFJVUDW"));
            });
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void refusalsAreThePolicys(Form form) {
    UdfInlining signed =
        UdfInlining.signed(
            FrameSigner.hmacSha256("k", SECRET), FrameVerifier.hmacSha256("k", SECRET));
    byte[] bytes = new byte[32];
    bytes[0] = 1;
    SecretKey other = new SecretKeySpec(bytes, "HmacSHA256");
    byte[] plain = form.write(ignorant, sum);
    byte[] sealed;
    try (SessionContext signing = ignorant.withUdfInlining(signed)) {
      sealed = form.write(signing, sum);
      assertThat(form.read(signing, sealed)).isEqualTo(sealed);
    }
    long before = CallableDecoder.definedClasses();
    var refusing =
        Map.of(
            UdfInlining.disabled(), List.of(plain, sealed),
            UdfInlining.byReference("com.acme"), List.of(plain, sealed),
            UdfInlining.verified(FrameVerifier.hmacSha256("k", SECRET)), List.of(plain),
            UdfInlining.verified(FrameVerifier.hmacSha256("k", other)), List.of(plain, sealed));
    refusing.forEach(
        (policy, all) -> {
          for (SessionContext base : List.of(ignorant, knowing)) {
            try (SessionContext session = base.withUdfInlining(policy)) {
              for (byte[] sent : all) {
                assertThatThrownBy(() -> form.read(session, sent))
                    .isInstanceOf(InliningRefusedException.class)
                    .hasMessageContainingAll("window function 'my_sum'", "registers it");
              }
            }
          }
        });
    assertThat(CallableDecoder.definedClasses()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void namesComeBackWhereTheyAreKnown(Form form) {
    byte[] byName;
    try (SessionContext strict = ignorant.withUdfInlining(UdfInlining.disabled())) {
      byName = form.write(strict, sum);
      assertThatThrownBy(() -> form.read(strict, byName))
          .isInstanceOf(UnresolvedFunctionException.class)
          .hasMessageContaining("my_sum");
    }
    assertThat(byName.length).isLessThan(form.write(ignorant, sum).length / 4);
    try (SessionContext strict = knowing.withUdfInlining(UdfInlining.disabled())) {
      assertThat(form.read(strict, byName)).isEqualTo(byName);
    }
  }

  /** contract 10: whatever byte of a frame is another one, nothing is run and nothing dies. */
  @ParameterizedTest
  @EnumSource(Form.class)
  void changedBytesAreErrorsOrAnotherPlan(Form form) {
    byte[] bytes = form.write(ignorant, sum);
    long before = CallableDecoder.definedClasses();
    for (int at = 0; at < bytes.length; at += 7) {
      byte[] changed = bytes.clone();
      changed[at] ^= 0x55;
      Throwable thrown = catchThrowable(() -> form.read(ignorant, changed));
      if (thrown != null) {
        assertThat(thrown).isInstanceOf(io.datafusion.DataFusionException.class);
      }
    }
    assertThat(CallableDecoder.definedClasses()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void whatCannotTravelSaysSo(Form form) {
    var thread = Thread.currentThread();
    WindowUdf stuck =
        WindowUdf.overPartition(
            "stuck",
            List.of(Windows.LONG),
            Windows.LONG,
            rows -> Windows.longs(rows.allocator(), rows.rowCount(), row -> thread.threadId()));
    assertThatThrownBy(() -> form.write(ignorant, stuck))
        .isInstanceOf(UnserializableFunctionException.class)
        .hasMessageContainingAll("stuck", "Thread");
    assertThat(ignorant.sql("SELECT 1 AS id, 2 AS x").select(call(stuck)).count()).isEqualTo(1);
  }

  @Test
  void equalityIsThatOfTheDefinition() {
    assertThat(Windows.sum()).isEqualTo(sum).hasSameHashCodeAs(sum);
    assertThat(sum.withBoundedExecution()).isNotEqualTo(sum);
    assertThat(sum.withAliases("other").aliases()).containsExactly("other");
  }

  /** contract 22. */
  @Test
  void functionsGoThroughObjectStreams() throws Exception {
    byte[] stream = ObjectStreams.write(sum);
    Object back =
        io.datafusion.exchange.WorkerContext.call(ignorant, () -> ObjectStreams.read(stream));
    assertThat(back).isEqualTo(sum);
  }

  /** Rows that are there in reverse are not sorted; the bytes say so, or are not written. */
  @Test
  void reversedCallsTravel() {
    knowing.register(Windows.shift());
    String sorted = "(SELECT value FROM range(0, 9) ORDER BY value LIMIT 8)";
    String query = "SELECT value, %s OVER (ORDER BY value DESC) r FROM " + sorted;
    ExecutionPlan plan = knowing.sql(query.formatted("my_shift(value, 2)")).executionPlan();
    assertThat(plan.display()).doesNotContain("DESC]");
    byte[] bytes = plan.toBytes(knowing);
    ExecutionPlan back = ExecutionPlan.fromBytes(ignorant, bytes);
    assertThat(back.toBytes(ignorant)).isEqualTo(bytes);
    assertThat(text(ignorant, back))
        .isEqualTo(text(knowing, knowing.sql(query.formatted("lag(value, 2)")).executionPlan()));
    ExecutionPlan first = knowing.sql(query.formatted("first_value(value)")).executionPlan();
    assertThat(text(ignorant, ExecutionPlan.fromBytes(ignorant, first.toBytes(knowing))))
        .isEqualTo(text(knowing, first));
    ExecutionPlan lag = knowing.sql(query.formatted("lag(value, 2)")).executionPlan();
    assertThatThrownBy(() -> lag.toBytes(knowing))
        .isInstanceOf(UnserializableFunctionException.class)
        .hasMessageContainingAll("lag", "in reverse");
  }

  private static String text(SessionContext session, ExecutionPlan plan) {
    var text = new StringBuilder();
    try (var allocator = new org.apache.arrow.memory.RootAllocator();
        var stream = session.execute(plan);
        var reader = stream.reader(allocator)) {
      while (reader.loadNextBatch()) {
        // without the line of names: batches may be cut elsewhere
        text.append(reader.getVectorSchemaRoot().contentToTSVString().replaceFirst(".*\n", ""));
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return text.toString();
  }
}
