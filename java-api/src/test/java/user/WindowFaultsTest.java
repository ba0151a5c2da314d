package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.datafusion.BatchStream;
import io.datafusion.CancelledException;
import io.datafusion.DataFrame;
import io.datafusion.DataFusionException;
import io.datafusion.Expr;
import io.datafusion.SessionContext;
import io.datafusion.Window;
import io.datafusion.WindowFrame;
import io.datafusion.internal.FunctionMemory;
import io.datafusion.udf.PartitionEvaluator;
import io.datafusion.udf.RowRange;
import io.datafusion.udf.RowRanges;
import io.datafusion.udf.Signature;
import io.datafusion.udf.VectorArguments;
import io.datafusion.udf.WindowContext;
import io.datafusion.udf.WindowFunction;
import io.datafusion.udf.WindowUdf;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every callback of a window function, doing what it should not. */
class WindowFaultsTest {
  /** A callback, and how a function is made that has it called. */
  enum Callback {
    OPEN,
    EVALUATE_ALL,
    EVALUATE_FRAMES,
    EVALUATE_STREAMING,
    EVALUATE_RANKS,
    RANGE,
    MEMOIZE,
    RESULT_FIELD,
    COERCE;

    boolean isOfVectors() {
      return name().startsWith("EVALUATE");
    }
  }

  /** What a callback does in place of its work. */
  @FunctionalInterface
  interface Deed {
    /** {@return what it answers; nothing is what it should} */
    @Nullable Object run(@Nullable VectorArguments rows) throws Throwable;
  }

  private static final Object NULL = new Object();

  private SessionContext ctx;
  private long allocated;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
    allocated = FunctionMemory.settled();
  }

  @AfterEach
  void close() {
    ctx.close();
    FunctionMemory.awaitReleased(allocated);
  }

  private record Faulty(Callback at, Deed deed) implements WindowFunction {
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T, E extends Throwable> T sneak(Throwable thrown) throws E {
      throw (E) thrown;
    }

    private <T> @Nullable T here(
        Callback callback, @Nullable VectorArguments rows, Class<T> type, T otherwise) {
      if (callback != at) {
        return otherwise;
      }
      try {
        Object answer = deed.run(rows);
        return answer == NULL ? null : answer == null ? otherwise : type.cast(answer);
      } catch (Throwable e) {
        return Faulty.<T, RuntimeException>sneak(e);
      }
    }

    @Override
    public PartitionEvaluator evaluator(WindowContext context) {
      return here(Callback.OPEN, null, PartitionEvaluator.class, new Evaluator(this));
    }

    @Override
    public Field resultField(List<Field> arguments) {
      return here(Callback.RESULT_FIELD, null, Field.class, Windows.LONG);
    }

    @Override
    @SuppressWarnings("unchecked")
    public List<Field> coerce(List<Field> arguments) {
      return here(Callback.COERCE, null, List.class, List.of(Windows.LONG));
    }
  }

  private record Evaluator(Faulty faulty) implements PartitionEvaluator {
    private FieldVector vector(Callback callback, VectorArguments rows, int count) {
      FieldVector right = Windows.longs(rows.allocator(), count, row -> (long) row);
      FieldVector answer = null;
      try {
        answer = faulty.here(callback, rows, FieldVector.class, right);
        return answer;
      } finally {
        if (answer != right) {
          right.close();
        }
      }
    }

    @Override
    public FieldVector evaluateAll(VectorArguments partition) {
      return vector(Callback.EVALUATE_ALL, partition, partition.rowCount());
    }

    @Override
    public FieldVector evaluate(VectorArguments rows, RowRanges ranges) {
      Callback here =
          faulty.at == Callback.EVALUATE_FRAMES
              ? Callback.EVALUATE_FRAMES
              : Callback.EVALUATE_STREAMING;
      return vector(here, rows, ranges.count());
    }

    @Override
    public FieldVector evaluateAllWithRank(VectorArguments partition, RowRanges groups) {
      return vector(Callback.EVALUATE_RANKS, partition, partition.rowCount());
    }

    @Override
    public RowRange range(int row, int rowCount) {
      return faulty.here(Callback.RANGE, null, RowRange.class, RowRange.of(row));
    }

    @Override
    public int memoize(RowRange last) {
      return faulty.here(Callback.MEMOIZE, null, Integer.class, last.start());
    }
  }

  private static WindowUdf function(Callback at, Deed deed) {
    var faulty = new Faulty(at, deed);
    WindowUdf plain = WindowUdf.of("faulty", List.of(Windows.LONG), Windows.LONG, faulty);
    return switch (at) {
      case OPEN, EVALUATE_ALL -> plain;
      case EVALUATE_FRAMES -> plain.withFrame();
      case EVALUATE_STREAMING, RANGE, MEMOIZE -> plain.withBoundedExecution().withCausality();
      case EVALUATE_RANKS -> plain.withRank();
      case RESULT_FIELD -> WindowUdf.of("faulty", Signature.any(1), faulty);
      case COERCE -> WindowUdf.of("faulty", Signature.userDefined(), Windows.LONG, faulty);
    };
  }

  private DataFrame query(WindowUdf function) {
    Window running = Window.of().withOrderBy(col("value").asc()).withFrame(WindowFrame.running());
    Expr call = function.call(col("value")).over(running).alias("r");
    return ctx.sql("SELECT value FROM range(0, 20000)").select(call);
  }

  private static void run(DataFrame frame) {
    frame.toText(1);
  }

  private void works() {
    assertThat(ctx.sql("SELECT sum(value) OVER () FROM range(0, 5)").toText(1)).contains("| 10 ");
  }

  @ParameterizedTest
  @EnumSource(Callback.class)
  void whatIsThrownIsTheCause(Callback callback) {
    for (Throwable thrown :
        List.of(
            new IllegalStateException("no"),
            new java.io.IOException("checked"),
            new AssertionError("assert"),
            new StackOverflowError(),
            new OutOfMemoryError("not really"))) {
      var faulty =
          function(
              callback,
              _ -> {
                throw thrown;
              });
      Throwable caught = catchThrowable(() -> run(query(faulty)));
      assertThat(caught).as(thrown.toString()).isInstanceOf(DataFusionException.class);
      if (callback == Callback.COERCE) { // of which the engine hands on the text
        assertThat(caught).hasMessageContaining(thrown.toString());
      } else {
        assertThat(caught.getCause() == thrown).as("the very object: " + caught).isTrue();
      }
      works();
    }
  }

  @ParameterizedTest
  @EnumSource(Callback.class)
  void nullIsAnError(Callback callback) {
    if (callback != Callback.MEMOIZE) { // which answers a number
      assertThatThrownBy(() -> run(query(function(callback, _ -> NULL))))
          .isInstanceOf(DataFusionException.class)
          .hasMessageContaining("faulty");
      works();
    }
  }

  @ParameterizedTest
  @EnumSource(value = Callback.class)
  void wrongTypesAndLengthsAreErrors(Callback callback) {
    if (callback.isOfVectors()) {
      var narrow =
          function(
              callback,
              rows -> {
                var result = new IntVector("r", rows.allocator());
                result.setValueCount(rows.rowCount());
                return result;
              });
      assertThatThrownBy(() -> run(query(narrow)))
          .hasMessageContaining("faulty")
          .hasMessageContaining("Int(32");
      works();
      for (int more : new int[] {-1, 1}) {
        var wrong =
            function(
                callback,
                rows -> Windows.longs(rows.allocator(), rows.rowCount() + more, row -> 1L));
        assertThatThrownBy(() -> run(query(wrong)))
            .hasMessageContaining("faulty")
            .hasMessageContaining("were asked for");
        works();
      }
    }
  }

  /** Where no rows come batch by batch, ranges are asked for on this side. */
  @Test
  void noRangeIsAnError() {
    ctx.register(WindowUdf.of("rangeless", Long.class, Long.class, _ -> new Rangeless()));
    for (String call :
        List.of("rangeless(value) OVER ()", "rangeless(value) OVER (ORDER BY value)")) {
      assertThatThrownBy(() -> ctx.sql("SELECT " + call + " FROM range(0, 9)").toText(9))
          .isInstanceOf(DataFusionException.class)
          .hasMessageContainingAll("'rangeless'", "not a range", "row 0", "Rangeless.range")
          .hasCauseInstanceOf(IllegalArgumentException.class);
    }
    works();
  }

  private static final class Rangeless implements PartitionEvaluator {
    @Override
    @SuppressWarnings("NullAway") // what the test is about
    public RowRange range(int row, int rowCount) {
      return null;
    }
  }

  @Test
  void rangesOutsideTheRowsAreErrors() {
    assertThatThrownBy(() -> run(query(function(Callback.RANGE, _ -> new RowRange(0, 1_000_000)))))
        .hasMessageContaining("faulty")
        .hasMessageContaining("range");
    assertThatThrownBy(() -> run(query(function(Callback.MEMOIZE, _ -> 1_000_000))))
        .hasMessageContaining("faulty")
        .hasMessageContaining("1000000");
    assertThatThrownBy(() -> run(query(function(Callback.MEMOIZE, _ -> -1))))
        .isInstanceOf(DataFusionException.class);
    works();
  }

  @ParameterizedTest
  @EnumSource(Callback.class)
  void queriesRunInside(Callback callback) {
    var inner = new AtomicInteger();
    var querying =
        function(
            callback,
            _ -> {
              if (inner.getAndIncrement() == 0) {
                assertThat(ctx.sql("SELECT 41 + 1").toText(1)).contains("42");
              }
              return null;
            });
    run(query(querying));
    assertThat(inner).hasPositiveValue();
    works();
  }

  @ParameterizedTest
  @EnumSource(Callback.class)
  void sessionsAreClosedInside(Callback callback) {
    SessionContext doomed = SessionContext.create();
    var closing =
        function(
            callback,
            _ -> {
              doomed.close();
              return null;
            });
    SessionContext kept = ctx;
    ctx = doomed;
    Throwable caught = catchThrowable(() -> run(query(closing)));
    ctx = kept;
    // closing a session ends what runs in its name
    assertThat(caught).isInstanceOfAny(CancelledException.class, IllegalStateException.class);
    works();
  }

  @ParameterizedTest
  @EnumSource(
      value = Callback.class,
      names = {"RESULT_FIELD", "COERCE"},
      mode = EnumSource.Mode.EXCLUDE)
  void streamsAreClosedInside(Callback callback) throws Exception {
    var inside = new CountDownLatch(1);
    var closed = new CountDownLatch(1);
    var waiting =
        function(
            callback,
            _ -> {
              inside.countDown();
              closed.await();
              return null;
            });
    BatchStream stream = query(waiting).execute();
    inside.await();
    stream.close();
    closed.countDown();
    works();
  }
}
