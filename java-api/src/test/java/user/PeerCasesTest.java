package user;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.datafusion.Csv;
import io.datafusion.DataFrame;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.Functions;
import io.datafusion.InliningRefusedException;
import io.datafusion.LogicalPlan;
import io.datafusion.MalformedPayloadException;
import io.datafusion.MissingCodecException;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionContext;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.codec.UdfInlining;
import io.datafusion.exchange.WorkerContext;
import io.datafusion.udf.ScalarUdf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cases of the Python package's own tests that no other test here has; see docs/peer-tests.md. */
class PeerCasesTest {
  private static final int FAMILY = 7;

  private SessionContext ctx;
  private SessionContext strict;
  private ScalarUdf twice;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
    strict = ctx.withUdfInlining(UdfInlining.disabled());
    twice = ScalarUdf.of("twice", Long.class, Long.class, n -> n * 2);
  }

  @AfterEach
  void close() {
    WorkerContext.clear();
    strict.close();
    ctx.close();
  }

  private String evaluated(Expr expr) {
    DataFrame rows = ctx.sql("SELECT 3 AS n, 'x' AS s").select(expr.alias("r"));
    return rows.toText(10).lines().skip(3).findFirst().orElseThrow();
  }

  @Test
  void builtInExpressionsKeepTheirCanonicalName() {
    Expr expr = col("a").plus(lit(1L));
    assertThat(Expr.fromBytes(ctx, expr.toBytes()).canonicalName())
        .isEqualTo(expr.canonicalName())
        .contains("a", "+");
  }

  @Test
  void theExplicitContextReads() {
    byte[] name = twice.call(col("n")).toBytes(strict);
    try (SessionContext knowing = SessionContext.create();
        SessionContext worker = SessionContext.create()) {
      knowing.register(twice);
      WorkerContext.set(worker);
      assertThat(evaluated(Expr.fromBytes(knowing, name))).isEqualTo("| 6 |");
      assertThatThrownBy(() -> Expr.fromBytes(name))
          .isInstanceOf(UnresolvedFunctionException.class);
    }
  }

  @Test
  void theBytesHoldTheFunctionItself() throws Exception {
    byte[] stream = ObjectStreams.write(twice.call(col("n")));
    assertThat(stream).hasSizeGreaterThan(200);
    assertThat(new String(stream, StandardCharsets.ISO_8859_1)).contains("DFJVUDF");
  }

  @Test
  void aFreshContextNeedsNoRegistration() {
    byte[] bytes = twice.call(col("n")).toBytes(ctx);
    try (SessionContext fresh = SessionContext.create()) {
      assertThatThrownBy(() -> fresh.sql("SELECT twice(3)")).hasMessageContaining("twice");
      assertThat(evaluated(Expr.fromBytes(fresh, bytes))).isEqualTo("| 6 |");
    }
  }

  @Test
  void anEmptyWorkerContextSuffices() throws Exception {
    byte[] stream = ObjectStreams.write(twice.call(col("n")));
    try (SessionContext worker = SessionContext.create()) {
      WorkerContext.set(worker);
      assertThat(evaluated((Expr) ObjectStreams.read(stream))).isEqualTo("| 6 |");
    }
  }

  @Test
  void capturedStateLeavesTheNameAsItIs() {
    long factor = 7;
    Expr call = ScalarUdf.of("scale", Long.class, Long.class, n -> n * factor).call(col("n"));
    Expr back = Expr.fromBytes(ctx, call.toBytes(ctx));
    assertThat(back.canonicalName()).isEqualTo(call.canonicalName()).contains("scale");
    assertThat(evaluated(back)).isEqualTo("| 21 |");
  }

  @Test
  void argumentsOfTwoTypesComeBack() {
    Expr call =
        ScalarUdf.of("tag", Long.class, String.class, String.class, (n, s) -> s + n)
            .call(col("n"), col("s"));
    assertThat(evaluated(Expr.fromBytes(ctx, call.toBytes(ctx)))).isEqualTo("| x3 |");
  }

  @Test
  void aStrictReceiverWithTheNameTakesANameAndNoCode() {
    byte[] inside = twice.call(col("n")).toBytes(ctx);
    byte[] name = twice.call(col("n")).toBytes(strict);
    assertThat(new String(inside, StandardCharsets.ISO_8859_1)).contains("DFJVUDF");
    assertThat(new String(name, StandardCharsets.ISO_8859_1)).doesNotContain("DFJV");
    ctx.register(twice);
    assertThat(evaluated(Expr.fromBytes(strict, name))).isEqualTo("| 6 |");
    assertThat(evaluated(Expr.fromBytes(ctx, name))).isEqualTo("| 6 |");
    assertThatThrownBy(() -> Expr.fromBytes(strict, inside))
        .isInstanceOf(InliningRefusedException.class)
        .hasMessageContainingAll("twice", "by name");
  }

  @Test
  void aNameIsLessThanAQuarterOfTheCode() {
    Expr call = twice.call(col("n"));
    assertThat(call.toBytes(strict).length * 4).isLessThan(call.toBytes(ctx).length);
  }

  /** Python stamps its release into a frame; a wire version is what both have. */
  @Test
  void framesOfOtherVersionsAreRefusedWithBothNumbers() throws Exception {
    var call = new InlinedCall(twice.call(col("n")).toBytes(ctx));
    for (int version : new int[] {0, 2, 255}) {
      byte[] frame = call.frame();
      frame[FAMILY] = (byte) version;
      for (byte[] definition :
          List.of(frame, InlinedCall.envelope("io.datafusion.inline", frame))) {
        assertThatThrownBy(() -> Expr.fromBytes(ctx, call.with(definition)))
            .isInstanceOf(MalformedPayloadException.class)
            .hasMessageContaining("version " + version)
            .hasMessageContaining("1");
      }
    }
  }

  @Test
  void framesCutOffAnywhereAreRefused() throws Exception {
    var call = new InlinedCall(twice.call(col("n")).toBytes(ctx));
    byte[] frame = call.frame();
    for (int length = 1; length < frame.length; length++) {
      byte[] cut = Arrays.copyOf(frame, length);
      Class<?> expected =
          length < FAMILY ? UnresolvedFunctionException.class : MalformedPayloadException.class;
      assertThat(catchThrowable(() -> Expr.fromBytes(ctx, call.with(cut))))
          .as("%d bytes", length)
          .isInstanceOf(expected);
    }
  }

  @Test
  void aFamilyInThePlaceOfAnotherIsRefused() throws Exception {
    var call = new InlinedCall(twice.call(col("n")).toBytes(ctx));
    for (String family : List.of("DFJVUDA", "DFJVUDW")) {
      byte[] frame = call.frame();
      System.arraycopy(family.getBytes(StandardCharsets.US_ASCII), 0, frame, 0, FAMILY);
      assertThatThrownBy(() -> Expr.fromBytes(ctx, call.with(frame)))
          .isInstanceOf(MalformedPayloadException.class);
    }
  }

  @Test
  void scansOfFilesComeBackAsTheyWere(@TempDir Path folder) throws IOException {
    Path csv = Files.writeString(folder.resolve("t.csv"), "a,b\n1,x\n2,y\n");
    ctx.register("t", Csv.of(csv.toString()));
    DataFrame frame = ctx.sql("SELECT a, b FROM t WHERE a > 1");
    LogicalPlan logical = LogicalPlan.fromBytes(ctx, frame.logicalPlan().toBytes(ctx));
    ExecutionPlan physical = ExecutionPlan.fromBytes(ctx, frame.executionPlan().toBytes(ctx));
    assertThat(ctx.dataFrame(logical).toText(10)).isEqualTo(frame.toText(10)).contains("| 2 | y |");
    assertThat(logical.display()).isEqualTo(frame.logicalPlan().display());
    assertThat(physical.display()).isEqualTo(frame.executionPlan().display());
  }

  @Test
  void withoutAContextTheDefaultCodecWrites() {
    Expr expr = Functions.abs(col("a")).plus(lit(1L));
    assertThat(expr.toBytes()).isEqualTo(expr.toBytes(ctx)).isEqualTo(expr.toBytes(strict));
    assertThat(Expr.fromBytes(ctx, expr.toBytes())).isEqualTo(expr);
  }

  @Test
  void withoutExtensionsThereIsNoEnvelope(@TempDir Path folder) {
    String file = folder.resolve("t.parquet").toString();
    ctx.sql("SELECT 1 AS a").write(ParquetSink.of(file));
    ctx.register("t", Parquet.of(file));
    ctx.register(twice);
    String query = "SELECT abs(a) + 1 AS b, twice(a) AS c FROM t";
    for (byte[] bytes :
        List.of(
            ctx.sql(query).logicalPlan().toBytes(strict),
            ctx.sql(query).executionPlan().toBytes(strict),
            twice.call(col("a")).toBytes(strict))) {
      assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
          .contains("twice")
          .doesNotContain("DFPYCHN");
    }
    assertThat(new String(ctx.sql(query).logicalPlan().toBytes(ctx), StandardCharsets.ISO_8859_1))
        .contains("DFPYCHN");
  }

  /** The name being registered does not help: the bytes say who has to read them. */
  @Test
  void aCodecThatIsNotInstalledIsNamed() throws Exception {
    ctx.register(twice);
    var call = new InlinedCall(twice.call(col("n")).toBytes(ctx));
    byte[] foreign = call.with(InlinedCall.envelope("acme.codec", new byte[] {1, 2, 3}));
    for (SessionContext reader : List.of(ctx, strict)) {
      assertThatThrownBy(() -> Expr.fromBytes(reader, foreign))
          .isInstanceOf(MissingCodecException.class)
          .hasMessageContaining("acme.codec");
    }
  }

  @Test
  void aPlanDecodesMoreThanOnce() {
    ctx.register(twice);
    DataFrame frame = ctx.sql("SELECT twice(n) AS r FROM (VALUES (1), (2)) AS t(n)");
    byte[] logical = frame.logicalPlan().toBytes(ctx);
    byte[] physical = frame.executionPlan().toBytes(ctx);
    try (SessionContext worker = SessionContext.create()) {
      for (int time = 0; time < 2; time++) {
        LogicalPlan plan = LogicalPlan.fromBytes(worker, logical);
        assertThat(worker.dataFrame(plan).toText(10)).isEqualTo(frame.toText(10)).contains("| 4 |");
        assertThat(ExecutionPlan.fromBytes(worker, physical).toBytes(worker)).isEqualTo(physical);
      }
    }
  }

  @Test
  void contextsOfASessionHaveItsId() {
    assertThat(strict.sessionId()).isEqualTo(ctx.sessionId());
    try (SessionContext other = SessionContext.create()) {
      assertThat(other.sessionId()).isNotEqualTo(ctx.sessionId());
    }
  }

  @Test
  void threadsEncodeAndDecodeBesideEachOther() throws Exception {
    Expr call = twice.call(col("n")).plus(lit(1L));
    byte[] bytes = call.toBytes(ctx);
    Callable<Void> work =
        () -> {
          for (int i = 0; i < 200; i++) {
            assertThat(call.toBytes(ctx)).isEqualTo(bytes);
            assertThat(Expr.fromBytes(ctx, bytes)).isEqualTo(call);
            assertThatThrownBy(() -> Expr.fromBytes(strict, bytes))
                .isInstanceOf(InliningRefusedException.class);
          }
          return null;
        };
    var running = new ArrayList<Future<Void>>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 8; i++) {
        running.add(threads.submit(work));
      }
    }
    for (Future<Void> future : running) {
      future.get();
    }
  }
}
