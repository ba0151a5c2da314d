package user;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static user.ObjectStreams.copy;
import static user.ObjectStreams.read;
import static user.ObjectStreams.write;

import datafusion_common.DatafusionCommon.Column;
import io.datafusion.BatchStream;
import io.datafusion.DataFrame;
import io.datafusion.Expr;
import io.datafusion.InliningRefusedException;
import io.datafusion.LogicalPlan;
import io.datafusion.SessionContext;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.UnserializableFunctionException;
import io.datafusion.codec.UdfInlining;
import io.datafusion.exchange.SenderContext;
import io.datafusion.exchange.WorkerContext;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Volatility;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.apache.datafusion.protobuf.LogicalExprNode;
import org.apache.datafusion.protobuf.RollupNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** contract 21, 22: expressions, plans and functions in Java object streams. */
class JavaSerializationTest {
  private SessionContext ctx;
  private SessionContext strict;
  private ScalarUdf half;
  private Object unserializable;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
    strict = ctx.withUdfInlining(UdfInlining.disabled());
    double rate = 0.5;
    half = ScalarUdf.of("half", Double.class, Double.class, x -> x * rate);
    unserializable = new Object();
  }

  @AfterEach
  void close() {
    SenderContext.clear();
    WorkerContext.clear();
    WorkerContext.clearDefault();
    strict.close();
    ctx.close();
  }

  private ScalarUdf homebound() {
    Object captured = unserializable;
    return ScalarUdf.of("homebound", Long.class, Long.class, n -> n + captured.hashCode());
  }

  private LogicalPlan plan(Expr expr) {
    return ctx.sql("SELECT 3.0 AS x, 4 AS n").select(expr.alias("r")).logicalPlan();
  }

  private String rows(LogicalPlan plan) {
    return ctx.dataFrame(plan).toText(10);
  }

  private static boolean holds(byte[] stream, String text) {
    return new String(stream, StandardCharsets.ISO_8859_1).contains(text);
  }

  /** What the package's documentation shows, run. */
  @Test
  void theSnippetOfThePackageRuns() throws Exception {
    ScalarUdf tip = half;
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(tip.call(Expr.col("fare")));
    }
    WorkerContext.setDefault(ctx);
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      in.setObjectInputFilter(WorkerContext.objectInputFilter());
      Expr tips = (Expr) in.readObject();
      assertThat(ctx.sql("SELECT 3.0 AS fare").select(tips).toText(10)).contains("| 1.5 ");
    }
  }

  /** contract 22. */
  @Test
  void expressionsComeBackEqual() throws Exception {
    for (Expr expr :
        List.of(
            col("t", "a"),
            lit("text"),
            Expr.placeholder("$1"),
            half.call(col("x")).plus(lit(1.0)).gt(col("y")).alias("name"))) {
      assertThat(copy(expr)).isEqualTo(expr);
      assertThat(copy(expr).canonicalName()).isEqualTo(expr.canonicalName());
    }
  }

  /** contract 22. */
  @Test
  void anExpressionWithoutAShapeOfItsOwnComesBackEqual() throws Exception {
    var column = LogicalExprNode.newBuilder().setColumn(Column.newBuilder().setName("b"));
    var rollup = LogicalExprNode.newBuilder().setRollup(RollupNode.newBuilder().addExpr(column));
    Expr opaque = Expr.fromBytes(ctx, rollup.build().toByteArray());
    assertThat(opaque).isInstanceOf(Expr.Opaque.class);
    assertThat(copy(opaque)).isEqualTo(opaque);
  }

  /** contract 22. */
  @Test
  void plansComeBackAndRun() throws Exception {
    LogicalPlan plan = plan(half.call(col("x")));
    LogicalPlan back = copy(plan);
    assertThat(back.display()).isEqualTo(plan.display());
    assertThat(back.toBytes()).isEqualTo(plan.toBytes());
    assertThat(rows(back)).contains("| 1.5 ");
  }

  /** contract 22. */
  @Test
  void functionsComeBackEqualAndRun() throws Exception {
    ScalarUdf two = ScalarUdf.of("two", Long.class, String.class, String.class, (n, s) -> n + s);
    for (ScalarUdf function : List.of(half, two, half.withVolatility(Volatility.STABLE))) {
      ScalarUdf back = copy(function);
      assertThat(back).isEqualTo(function).hasSameHashCodeAs(function);
      assertThat(back.name()).isEqualTo(function.name());
      assertThat(back.volatility()).isEqualTo(function.volatility());
      assertThat(back.arguments()).isEqualTo(function.arguments());
      assertThat(back.result()).isEqualTo(function.result());
      assertThat(copy(back)).isEqualTo(function);
    }
    assertThat(rows(plan(copy(half).call(col("x"))))).contains("| 1.5 ");
  }

  /** contract 22. */
  @Test
  void theyTravelInsideAUsersObjects() throws Exception {
    List<Object> task = List.of(half, half.call(col("x")), plan(col("x")), "and a string");
    List<Object> back = copy(task);
    assertThat(back.subList(0, 2)).isEqualTo(task.subList(0, 2));
    assertThat(back.get(2)).isInstanceOf(LogicalPlan.class);
    assertThat(back.get(3)).isEqualTo("and a string");
  }

  /** contract 22. */
  @Test
  void nothingElseIsSerializable() {
    DataFrame frame = ctx.sql("SELECT 1");
    try (BatchStream stream = frame.execute()) {
      for (Object other : List.of(ctx, frame, frame.executionPlan(), stream, col("a").asc())) {
        assertThatThrownBy(() -> write(other))
            .isInstanceOf(NotSerializableException.class)
            .hasMessageContaining(other.getClass().getName());
      }
    }
  }

  @Test
  void threeThousandOperatorsNeedNoDeepStack() throws Exception {
    Expr chain = col("n");
    for (int i = 0; i < 3_000; i++) {
      chain = chain.plus(lit(1L));
    }
    Expr deep = chain;
    var task = new FutureTask<>(() -> copy(deep));
    new Thread(null, task, "small stack", 160 * 1024).start();
    assertThat(task.get()).isEqualTo(deep);
  }

  /** contract 8, 21: the exception is the one of toBytes, and the stream goes on. */
  @Test
  void whatCannotTravelFailsAtWrite() throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      for (Object object :
          List.of(
              homebound(),
              homebound().call(col("n")),
              plan(homebound().call(col("n"))),
              List.of(homebound()))) {
        assertThatThrownBy(() -> out.writeObject(object))
            .isInstanceOf(UnserializableFunctionException.class)
            .hasMessageContaining("homebound")
            .hasMessageContaining("captured")
            .hasMessageContaining("java.lang.Object");
      }
    }
    assertThat(copy(half)).isEqualTo(half);
  }

  @Test
  void aFailedWriteLeavesTheStreamUsable() throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      assertThatThrownBy(() -> out.writeObject(homebound()))
          .isInstanceOf(UnserializableFunctionException.class);
      out.writeObject(half);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(half);
    }
  }

  private record Job(Expr part) implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /** So whoever sends many objects over one connection gives each bytes of its own. */
  @Test
  void aRefusalInsideAnObjectSpoilsTheStream() throws Exception {
    Job sound = new Job(half.call(col("x")));
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      assertThatThrownBy(() -> out.writeObject(new Job(homebound().call(col("n")))))
          .isInstanceOf(UnserializableFunctionException.class);
      out.writeObject(sound);
    }
    assertThatThrownBy(() -> read(bytes.toByteArray())).isInstanceOf(IOException.class);
    byte[] two = write(sound, sound);
    try (var in = new ObjectInputStream(new ByteArrayInputStream(two))) {
      assertThatThrownBy(() -> WorkerContext.call(strict, in::readObject))
          .isInstanceOf(InliningRefusedException.class);
      Throwable next = catchThrowable(() -> assertThat(in.readObject()).isEqualTo(sound));
      assertThat(next).isNotNull();
    }
  }

  /** contract 17, 21: a strict sender writes names, whatever the function captures. */
  @Test
  void theSendersPolicyHolds() throws Exception {
    for (Object object : List.of(half, half.call(col("x")), plan(half.call(col("x"))))) {
      assertThat(holds(write(object), "DFJVUDF")).isTrue();
      SenderContext.set(strict);
      assertThat(holds(write(object), "DFJVUDF")).isFalse();
      assertThat(holds(write(object), "half")).isTrue();
      byte[] again = SenderContext.call(ctx, () -> write(object));
      assertThat(holds(again, "DFJVUDF")).isTrue();
      SenderContext.clear();
      assertThat(write(object)).isEqualTo(again);
    }
    assertThat(SenderContext.call(strict, () -> write(homebound()))).isNotEmpty();
  }

  /** contract 21: bytes and streams are two doors; an explicit context always wins. */
  @Test
  void toBytesLooksAtNoSender() {
    Expr call = half.call(col("x"));
    byte[] inside = call.toBytes();
    SenderContext.run(
        strict,
        () -> {
          assertThat(call.toBytes()).isEqualTo(inside);
          assertThat(call.toBytes(ctx)).isEqualTo(inside);
        });
  }

  /** contract 9, 19, 21: names are the worker's. */
  @Test
  void namesAreReadByTheWorker() throws Exception {
    LogicalPlan plan = plan(half.call(col("x")));
    byte[] function = SenderContext.call(strict, () -> write(half));
    byte[] expression = SenderContext.call(strict, () -> write(half.call(col("x"))));
    byte[] query = SenderContext.call(strict, () -> write(plan));
    for (byte[] stream : List.of(function, expression, query)) {
      assertThatThrownBy(() -> read(stream))
          .isInstanceOf(UnresolvedFunctionException.class)
          .hasMessageContaining("half")
          .hasMessageContaining("WorkerContext");
    }
    ctx.register(half);
    WorkerContext.set(strict);
    assertThat(read(function)).isEqualTo(half);
    assertThat(read(expression)).isEqualTo(half.call(col("x")));
    assertThat(rows((LogicalPlan) read(query))).contains("| 1.5 ");
  }

  @Test
  void aFunctionByTheNameOfAnEnginesOwnIsRefused() throws Exception {
    ScalarUdf abs = ScalarUdf.of("abs", Long.class, Long.class, Math::abs);
    byte[] stream = SenderContext.call(strict, () -> write(abs));
    assertThatThrownBy(() -> read(stream))
        .isInstanceOf(UnresolvedFunctionException.class)
        .hasMessageContaining("abs");
  }

  /** contract 18, 20: with the name registered and not, for each kind of object. */
  @Test
  void aStrictWorkerRefusesFunctions() throws Exception {
    for (int registered = 0; registered < 2; registered++) {
      for (Object object : List.of(half, half.call(col("x")), plan(half.call(col("x"))))) {
        byte[] stream = write(object);
        assertThatThrownBy(() -> WorkerContext.call(strict, () -> read(stream)))
            .isInstanceOf(InliningRefusedException.class)
            .hasMessageContaining("half");
        WorkerContext.setDefault(strict);
        assertThatThrownBy(() -> read(stream)).isInstanceOf(InliningRefusedException.class);
        WorkerContext.clearDefault();
        assertThat(read(stream)).isNotNull();
      }
      ctx.register(half);
    }
  }

  /** contract 7, 21: worker context, then global; a worker that fails is not passed over. */
  @Test
  void bytesWithoutAContextAreReadByTheWorker() {
    byte[] inside = half.call(col("x")).toBytes();
    byte[] name = half.call(col("x")).toBytes(strict);
    assertThat(Expr.fromBytes(inside)).isEqualTo(half.call(col("x")));
    assertThatThrownBy(() -> Expr.fromBytes(name))
        .isInstanceOf(UnresolvedFunctionException.class)
        .hasMessageContaining("half")
        .hasMessageContaining("no context is set");
    ctx.register(half);
    WorkerContext.run(
        strict,
        () -> {
          assertThat(Expr.fromBytes(name)).isEqualTo(half.call(col("x")));
          assertThat(Expr.fromBytes(ctx, inside)).isEqualTo(half.call(col("x")));
          assertThatThrownBy(() -> Expr.fromBytes(inside))
              .isInstanceOf(InliningRefusedException.class);
        });
  }

  @Test
  void aClosedContextIsNotPassedOver() throws Exception {
    byte[] stream = write(col("x"));
    SessionContext closed = SessionContext.create();
    closed.close();
    assertThatThrownBy(() -> WorkerContext.call(closed, () -> read(stream)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> SenderContext.call(closed, () -> write(col("x"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
