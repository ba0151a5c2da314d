package io.datafusion.crossing;

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
import io.datafusion.udf.ScalarUdf;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
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
        "SELECT half(a) AS h, shout(b) AS s, count(*) AS n FROM (VALUES (1.0, 'x'), (2.0, 'y')) AS t(a, b)"
            + " WHERE half(a) > 0.1 GROUP BY half(a), shout(b) ORDER BY h";
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

  /** Mutated bodies under a digest that fits them, so that what lies behind the digest is reached. */
  private void resealed(long seed)
      throws InvalidProtocolBufferException, NoSuchAlgorithmException {
    Random random = new Random(seed);
    ScalarUDFExprNode node =
        LogicalExprNode.parseFrom(expression).getBinaryExpr().getOperands(0).getScalarUdfExpr();
    byte[] definition = node.getFunDefinition().toByteArray();
    int at = indexOf(definition, FAMILY);
    byte[] head = Arrays.copyOf(definition, at + 8);
    Frame frame = Frame.parseFrom(Arrays.copyOfRange(definition, at + 8, definition.length));
    for (int i = 0; i < 700; i++) {
      byte[] body = frame.getBody().toByteArray();
      body[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));
      if (random.nextInt(4) == 0) {
        body = Arrays.copyOf(body, random.nextInt(body.length));
      }
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(head, at, 8);
      Frame forged =
          Frame.newBuilder()
              .setBody(ByteString.copyFrom(body))
              .setSha256(ByteString.copyFrom(digest.digest(body)))
              .build();
      ByteString bytes = ByteString.copyFrom(head).concat(forged.toByteString());
      decodeAll(
          LogicalExprNode.newBuilder()
              .setScalarUdfExpr(node.toBuilder().setFunDefinition(bytes))
              .build()
              .toByteArray());
    }
  }

  @Test
  void tenThousandMutationsDefineNoClass() throws Exception {
    corpus(7);
    resealed(7);
    long loaded = ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount();
    survived = 0;
    corpus(11);
    resealed(11);
    assertThat(survived).isGreaterThanOrEqualTo(10_000);
    assertThat(ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount())
        .as("classes loaded by decoding a second, different corpus")
        .isEqualTo(loaded);
    assertThat(session.sql("SELECT half(3.0)").count()).isEqualTo(1);
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
