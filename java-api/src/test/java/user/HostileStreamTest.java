package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static user.ObjectStreams.forge;
import static user.ObjectStreams.indexOf;
import static user.ObjectStreams.read;
import static user.ObjectStreams.write;

import io.datafusion.DataFusionException;
import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.MalformedPayloadException;
import io.datafusion.SessionContext;
import io.datafusion.exchange.WorkerContext;
import io.datafusion.internal.NativeAggregateUdf;
import io.datafusion.internal.NativeScalarUdf;
import io.datafusion.internal.NativeWindowUdf;
import io.datafusion.internal.exchange.SerializedForm;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.ScalarUdf;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.InvalidObjectException;
import java.io.ObjectInputFilter;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** contract 11, 20, 22: object streams that nobody of ours wrote. */
class HostileStreamTest {
  private static final ObjectInputFilter FILTER = WorkerContext.objectInputFilter();

  private static ScalarUdf half() {
    return ScalarUdf.of("half", Double.class, Double.class, x -> x * 0.5);
  }

  private static List<Object> objects() {
    LogicalPlan plan =
        SessionContext.global().sql("SELECT 3.0 AS x").select(half().call(col("x"))).logicalPlan();
    AggregateUdf mean = Aggregates.Way.RECORD.mean("own_mean");
    return List.of(half(), half().call(col("x")), plan, mean, mean.call(col("x")));
  }

  /** What a stream of ours looks like, with nothing checked. */
  @SuppressWarnings("ArrayRecordComponent") // as in what it imitates
  private record Form(byte version, byte kind, byte[] bytes) implements Serializable {}

  private static byte[] form(int version, int kind, byte[] bytes) throws IOException {
    return forge(new Form((byte) version, (byte) kind, bytes), SerializedForm.class);
  }

  @Test
  void aForgedFormIsAsGoodAsAGenuineOne() throws Exception {
    assertThat(form(1, 1, col("x").toBytes())).isEqualTo(write(col("x")));
  }

  @Test
  void anotherVersionIsRefusedWithBothNumbers() throws Exception {
    byte[] stream = form(2, 1, col("x").toBytes());
    assertThatThrownBy(() -> read(stream))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessage("serialized form of version 2; this library reads version 1");
  }

  @Test
  void unknownKindsAndMissingBytesAreRefused() throws Exception {
    for (int kind : new int[] {0, 4, -1}) {
      byte[] stream = form(1, kind, col("x").toBytes());
      assertThatThrownBy(() -> read(stream))
          .isInstanceOf(InvalidObjectException.class)
          .hasMessage("serialized form of an unknown kind " + kind);
    }
    byte[] empty = form(1, 1, null);
    assertThatThrownBy(() -> read(empty))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessage("serialized form without bytes");
  }

  @Test
  void garbageIsAnErrorOfTheEngine() throws Exception {
    Random random = new Random(11);
    for (int kind = 1; kind <= 3; kind++) {
      for (int length = 0; length < 64; length++) {
        byte[] garbage = new byte[length];
        random.nextBytes(garbage);
        byte[] stream = form(1, kind, garbage);
        assertThatThrownBy(() -> read(stream)).isInstanceOf(DataFusionException.class);
      }
    }
  }

  @Test
  void aFunctionIsNothingButACallOfIt() throws Exception {
    byte[] stream = form(1, 3, col("x").toBytes());
    assertThatThrownBy(() -> read(stream))
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContaining("another expression");
  }

  @Test
  void everyTruncationIsRefused() throws Exception {
    for (Object object : objects()) {
      byte[] stream = write(object);
      for (int length = 0; length < stream.length; length++) {
        byte[] cut = Arrays.copyOf(stream, length);
        assertThatThrownBy(() -> read(cut)).as("%d bytes", length).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void everyFlippedBitIsReadOrRefused() throws Exception {
    byte[] stream = write(col("x"));
    for (int bit = 0; bit < stream.length * 8; bit++) {
      byte[] mutated = stream.clone();
      mutated[bit / 8] ^= (byte) (1 << bit % 8);
      Throwable thrown = catchThrowable(() -> read(mutated, FILTER));
      if (thrown != null) {
        assertThat(thrown).isInstanceOf(Exception.class);
      }
    }
  }

  private record Nothing() implements Serializable {}

  private record ColumnShape(List<String> relation, String name) implements Serializable {}

  private record PlaceholderShape(String id) implements Serializable {}

  @Test
  void theClassesThemselvesAreRefused() throws Exception {
    var classes = new ArrayList<Class<?>>(List.of(Expr.class.getPermittedSubclasses()));
    classes.add(LogicalPlan.class);
    classes.add(NativeScalarUdf.class);
    classes.add(NativeAggregateUdf.class);
    classes.add(NativeWindowUdf.class);
    assertThat(classes).hasSize(10);
    for (Class<?> type : classes) {
      byte[] stream = forge(new Nothing(), type);
      assertThatThrownBy(() -> read(stream))
          .as(type.getName())
          .isInstanceOf(InvalidObjectException.class);
    }
    for (byte[] stream :
        List.of(
            forge(new ColumnShape(List.of(), "x"), Expr.Column.class),
            forge(new PlaceholderShape("$1"), Expr.Placeholder.class),
            forge(new Nothing(), LogicalPlan.class),
            forge(new Nothing(), NativeScalarUdf.class),
            forge(new Nothing(), NativeWindowUdf.class))) {
      assertThatThrownBy(() -> read(stream))
          .isInstanceOf(InvalidObjectException.class)
          .hasMessageContaining("does not come as its serialized form");
    }
  }

  @Test
  void theFilterAdmitsWhatIsOurs() throws Exception {
    for (Object object : objects()) {
      assertThatCode(() -> read(write(object), FILTER)).doesNotThrowAnyException();
    }
  }

  @Test
  void theFilterRejectsEveryOtherClass() throws Exception {
    for (Object other :
        List.of(
            new ArrayList<>(List.of(half())),
            1L,
            new int[0],
            new byte[0][0],
            new Expr[] {col("x")},
            new PlaceholderShape("x"))) {
      byte[] stream = write(other);
      rejected(stream, FILTER);
    }
    rejected(forge(new ColumnShape(List.of(), "x"), Expr.Column.class), FILTER);
    byte[] direct = forge(new Nothing(), LogicalPlan.class);
    assertThatThrownBy(() -> read(direct, FILTER)).isInstanceOf(InvalidObjectException.class);
  }

  private static void rejected(byte[] stream, ObjectInputFilter filter) {
    assertThatThrownBy(() -> read(stream, filter))
        .isInstanceOf(InvalidClassException.class)
        .hasMessageContaining("REJECTED");
  }

  /** The array is not made: it would not fit into this JVM. */
  @Test
  void theFilterLimitsTheBytes() throws Exception {
    byte[] stream = write(col("x"));
    int length = col("x").toBytes().length;
    assertThat(read(stream, WorkerContext.objectInputFilter(length))).isEqualTo(col("x"));
    rejected(stream, WorkerContext.objectInputFilter(length - 1));
    byte[] arrayClass = HexFormat.of().parseHex("5b42acf317f8060854e00200007870");
    int at = indexOf(stream, arrayClass) + arrayClass.length;
    assertThat(ByteBuffer.wrap(stream).getInt(at)).isEqualTo(length);
    ByteBuffer.wrap(stream).putInt(at, Integer.MAX_VALUE);
    rejected(stream, FILTER);
    assertThatThrownBy(() -> WorkerContext.objectInputFilter(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** A component that this library does not know is skipped, with everything in it. */
  @SuppressWarnings("ArrayRecordComponent") // as in what it imitates
  private record Nest(byte version, byte kind, byte[] bytes, Object inner)
      implements Serializable {}

  @Test
  void theFilterLimitsNesting() throws Exception {
    byte[] bytes = col("x").toBytes();
    Nest nest = new Nest((byte) 1, (byte) 1, bytes, null);
    assertThat(read(forge(nest, SerializedForm.class), FILTER)).isEqualTo(col("x"));
    for (int i = 0; i < 500; i++) {
      nest = new Nest((byte) 1, (byte) 1, bytes, nest);
    }
    rejected(forge(nest, SerializedForm.class), FILTER);
  }

  /** The composition that the package's documentation shows. */
  @Test
  void theFilterIsAskedBeforeAUsersOwn() throws Exception {
    ObjectInputFilter others =
        ObjectInputFilter.Config.createFilter("java.util.ArrayList;java.lang.Object;maxdepth=8;!*");
    ObjectInputFilter both = WorkerContext.objectInputFilter(others);
    List<Object> task = new ArrayList<>(List.of(half(), col("x")));
    assertThat(read(write(task), both)).isEqualTo(task);
    rejected(write(new ArrayList<>(List.of(1L))), both);
    assertThatThrownBy(() -> WorkerContext.objectInputFilter(null))
        .isInstanceOf(NullPointerException.class);
  }

  private static ObjectInputFilter with(String pattern) {
    return WorkerContext.objectInputFilter(ObjectInputFilter.Config.createFilter(pattern));
  }

  /** A pattern filter is undecided about arrays of numbers, even with {@code !*}. */
  @Test
  void beyondTheLimitsNobodyElseIsAsked() throws Exception {
    byte[] stream = write(col("x"));
    byte[] arrayClass = HexFormat.of().parseHex("5b42acf317f8060854e00200007870");
    int at = indexOf(stream, arrayClass) + arrayClass.length;
    ByteBuffer.wrap(stream).putInt(at, Integer.MAX_VALUE);
    rejected(stream, with("com.example.Task;maxdepth=8;!*"));
    rejected(stream, WorkerContext.objectInputFilter(_ -> ObjectInputFilter.Status.ALLOWED));
    Object nest = new ArrayList<>(List.of(col("x")));
    for (int i = 0; i < 70; i++) {
      nest = new ArrayList<>(List.of(nest));
    }
    rejected(write(nest), with("java.util.ArrayList;java.lang.Object"));
  }

  @Test
  void whatAnotherFilterIsUndecidedAboutIsRejected() throws Exception {
    rejected(write(new ArrayList<>(List.of(col("x")))), with("maxdepth=8"));
    byte[] numbers = write(new long[3]);
    rejected(numbers, with("java.util.ArrayList;maxarray=10"));
    ObjectInputFilter longs =
        ObjectInputFilter.allowFilter(
            type -> type == long[].class, ObjectInputFilter.Status.UNDECIDED);
    assertThat(read(numbers, WorkerContext.objectInputFilter(longs))).isEqualTo(new long[3]);
  }

  /** Of what is ours, too; but the length of our bytes is ours to limit. */
  @Test
  void theLimitsOfAnotherFilterHold() throws Exception {
    byte[] stream = write(half());
    assertThat(read(stream, with("maxdepth=2;maxrefs=9;maxbytes=100000;!*"))).isEqualTo(half());
    assertThat(read(stream, with("maxarray=1;!*"))).isEqualTo(half());
    rejected(stream, with("maxdepth=1;!*"));
    rejected(stream, with("maxrefs=1;!*"));
    rejected(stream, with("maxbytes=20;!*"));
    Expr one = col("x");
    byte[] twice = write(new ArrayList<>(List.of(one, one)));
    assertThat(read(twice, with("java.util.ArrayList;java.lang.Object;maxrefs=99;!*")))
        .isEqualTo(List.of(one, one));
  }
}
