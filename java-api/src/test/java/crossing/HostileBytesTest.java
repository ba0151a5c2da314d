package crossing;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.DataFusionException;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.SessionContext;
import io.datafusion.internal.message.Frame;
import io.datafusion.internal.message.FunctionVolatility;
import io.datafusion.internal.message.InlinedFunction;
import io.datafusion.udf.ScalarUdf;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.apache.arrow.memory.RootAllocator;
import org.apache.datafusion.protobuf.BinaryExprNode;
import org.apache.datafusion.protobuf.LogicalExprNode;
import org.apache.datafusion.protobuf.ScalarUDFExprNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** contract 11: hostile bytes are answered by exceptions; nothing crashes, no class is defined. */
class HostileBytesTest {
  private static final byte[] FAMILY = "DFJVUDF".getBytes(StandardCharsets.US_ASCII);

  private SessionContext session;
  private byte[] expression;
  private byte[] logical;
  private byte[] physical;

  @BeforeEach
  void open() {
    session = SessionContext.create();
    double rate = 0.5;
    ScalarUdf half = ScalarUdf.of("half", Double.class, Double.class, x -> x * rate);
    ScalarUdf shout = ScalarUdf.of("shout", String.class, String.class, s -> s + "!");
    session.register(half);
    session.register(shout);
    String query =
        "SELECT half(a) AS h, shout(b) AS s, count(*) AS n FROM (VALUES (1.0, 'x'), (2.0, 'y')) AS"
            + " t(a, b) WHERE half(a) > 0.1 GROUP BY half(a), shout(b) ORDER BY h";
    expression = half.call(col("a")).plus(Expr.lit(1.0)).toBytes(session);
    logical = session.sql(query).optimizedPlan().toBytes(session);
    physical = session.sql(query).executionPlan().toBytes(session);
  }

  @AfterEach
  void close() {
    session.close();
  }

  private int survived;

  private void decodeAll(byte[] bytes) {
    for (int kind = 0; kind < 3; kind++) {
      survived++;
      try {
        switch (kind) {
          case 0 -> Expr.fromBytes(session, bytes);
          case 1 -> LogicalPlan.fromBytes(session, bytes);
          default -> ExecutionPlan.fromBytes(session, bytes);
        }
      } catch (DataFusionException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
    }
  }

  private void corpus(long seed) {
    Random random = new Random(seed);
    for (byte[] message : List.of(expression, logical, physical)) {
      for (int i = 0; i < 500; i++) {
        decodeAll(Arrays.copyOf(message, random.nextInt(message.length)));
      }
      for (int i = 0; i < 700; i++) {
        byte[] mutated = message.clone();
        for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
          mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
        }
        decodeAll(mutated);
      }
    }
    for (String family : List.of("DFJVUDA", "DFJVUDW", "DFJVUDX", "DFPYUDF", "DFPYUDA")) {
      byte[] other = expression.clone();
      int at = indexOf(other, FAMILY);
      System.arraycopy(family.getBytes(StandardCharsets.US_ASCII), 0, other, at, 7);
      decodeAll(other);
    }
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int at = 0; at + part.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
    throw new AssertionError("no frame in the message");
  }

  /**
   * Mutated bodies under a digest that fits them, so that what lies behind the digest is reached.
   */
  private void resealed(long seed) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < 700; i++) {
      byte[] body = body();
      body[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));
      if (random.nextInt(4) == 0) {
        body = Arrays.copyOf(body, random.nextInt(body.length));
      }
      decodeAll(reseal(body));
    }
  }

  private ScalarUDFExprNode call() throws InvalidProtocolBufferException {
    return LogicalExprNode.parseFrom(expression).getBinaryExpr().getOperands(0).getScalarUdfExpr();
  }

  private byte[] body() throws InvalidProtocolBufferException {
    byte[] definition = call().getFunDefinition().toByteArray();
    int at = indexOf(definition, FAMILY) + 8;
    return Frame.parseFrom(Arrays.copyOfRange(definition, at, definition.length))
        .getBody()
        .toByteArray();
  }

  /** The call of the expression with another body in its frame. */
  private byte[] reseal(byte[] body)
      throws InvalidProtocolBufferException, NoSuchAlgorithmException {
    byte[] definition = call().getFunDefinition().toByteArray();
    int at = indexOf(definition, FAMILY);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(definition, at, 8);
    Frame forged =
        Frame.newBuilder()
            .setBody(ByteString.copyFrom(body))
            .setSha256(ByteString.copyFrom(digest.digest(body)))
            .build();
    ByteString bytes = ByteString.copyFrom(definition, 0, at + 8).concat(forged.toByteString());
    return LogicalExprNode.newBuilder()
        .setScalarUdfExpr(call().toBuilder().setFunDefinition(bytes))
        .build()
        .toByteArray();
  }

  @Test
  void tenThousandMutationsDefineNoClass() throws Exception {
    List<String> defined =
        shippedClasses(
            () -> {
              corpus(7);
              resealed(7);
            });
    assertThat(survived).isGreaterThanOrEqualTo(10_000);
    assertThat(defined).isEmpty();
    assertThat(session.sql("SELECT half(3.0)").count()).isEqualTo(1);
  }

  /** The proof that the test above would see a class: running a decoded function defines some. */
  @Test
  void runningADecodedFunctionDefinesItsClasses() throws Exception {
    // Another volatility is another digest, so that the sender's own callable does not serve.
    byte[] another =
        InlinedFunction.parseFrom(body()).toBuilder()
            .setVolatility(FunctionVolatility.FUNCTION_VOLATILITY_STABLE)
            .build()
            .toByteArray();
    Expr decoded = Expr.fromBytes(session, reseal(another));
    List<String> defined =
        shippedClasses(
            () -> {
              try (var stream = session.sql("SELECT 2.0 AS a").select(decoded).execute();
                  var allocator = new RootAllocator();
                  var reader = stream.reader(allocator)) {
                assertThat(reader.loadNextBatch()).isTrue();
                assertThat(reader.getVectorSchemaRoot().getVector(0).getObject(0)).isEqualTo(1.0);
              }
            });
    assertThat(defined).isNotEmpty();
  }

  private interface Work {
    void run() throws Exception;
  }

  /** The names of the classes that loaders of shipped code define while the work runs. */
  private static List<String> shippedClasses(Work work) throws Exception {
    Path file = Files.createTempFile("classes", ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ClassDefine").withoutStackTrace();
      recording.start();
      work.run();
      recording.stop();
      recording.dump(file);
    }
    List<String> names =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getClass("definedClass") != null)
            .filter(event -> event.getClass("definedClass").getClassLoader() != null)
            .filter(
                event ->
                    "datafusion-shipped"
                        .equals(event.getClass("definedClass").getClassLoader().getName()))
            .map(event -> event.getClass("definedClass").getName())
            .toList();
    Files.delete(file);
    return names;
  }

  @Test
  void aMillionFlatOperandsAreRefusedWithBothNumbers() {
    LogicalExprNode one = LogicalExprNode.newBuilder().setLiteral(literal()).build();
    BinaryExprNode.Builder chain = BinaryExprNode.newBuilder().setOp("+");
    for (int i = 0; i < 1_000_000; i++) {
      chain.addOperands(one);
    }
    byte[] bytes = LogicalExprNode.newBuilder().setBinaryExpr(chain).build().toByteArray();
    assertThatThrownBy(() -> Expr.fromBytes(session, bytes))
        .isInstanceOf(DataFusionException.class)
        .hasMessageContaining("5000")
        .hasMessageMatching("(?s).*(999999|1000000).*");
  }

  private static datafusion_common.DatafusionCommon.ScalarValue literal() {
    return datafusion_common.DatafusionCommon.ScalarValue.newBuilder().setInt64Value(1).build();
  }

  @Test
  void aMillionNestedGroupTagsAreRefused() {
    byte[] groups = new byte[1_000_000];
    Arrays.fill(groups, (byte) 0x0b);
    for (int kind = 0; kind < 3; kind++) {
      decodeAll(groups);
    }
    assertThatThrownBy(() -> LogicalPlan.fromBytes(session, groups))
        .isInstanceOf(DataFusionException.class);
  }

  /**
   * A plan carries rows as Arrow IPC; a length in there must not decide how much memory is asked
   * for.
   */
  @Test
  void everyBitOfTheArrowDataInAPlanMayBeWrong() {
    byte[] stream = {-1, -1, -1, -1};
    int at = indexOf(physical, stream);
    for (int bit = 0; bit < 1000 * 8; bit++) {
      byte[] mutated = physical.clone();
      mutated[at + bit / 8] ^= (byte) (1 << bit % 8);
      try {
        ExecutionPlan.fromBytes(session, mutated);
      } catch (DataFusionException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void emptyAndGarbageAreRefused() {
    for (byte[] bytes :
        List.of(new byte[0], new byte[] {1}, "hello".getBytes(StandardCharsets.UTF_8))) {
      assertThatThrownBy(() -> Expr.fromBytes(session, bytes))
          .isInstanceOf(DataFusionException.class);
      assertThatThrownBy(() -> LogicalPlan.fromBytes(session, bytes))
          .isInstanceOf(DataFusionException.class);
      assertThatThrownBy(() -> ExecutionPlan.fromBytes(session, bytes))
          .isInstanceOf(DataFusionException.class);
    }
  }
}
