package user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static user.Messages.ascii;
import static user.Messages.bytes;
import static user.Messages.call;
import static user.Messages.column;
import static user.Messages.envelope;
import static user.Messages.frame;
import static user.Messages.function;
import static user.Messages.literal;

import com.google.protobuf.ByteString;
import io.datafusion.MalformedPayloadException;
import io.datafusion.codec.PlanInspector;
import io.datafusion.codec.PlanInspector.Message;
import io.datafusion.internal.message.CodeUnit;
import io.datafusion.internal.message.FunctionKind;
import io.datafusion.internal.message.InlinedFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.datafusion.protobuf.BinaryExprNode;
import org.apache.datafusion.protobuf.InListNode;
import org.apache.datafusion.protobuf.LogicalExprNode;
import org.apache.datafusion.protobuf.NegativeNode;
import org.junit.jupiter.api.Test;

/** contract 11: bytes from anywhere are answered by a result or by one exception. */
class InspectedHostileBytesTest {
  private static final InlinedFunction FUNCTION =
      function("half", FunctionKind.FUNCTION_KIND_SCALAR).build();

  private static void refused(byte[] bytes, String... reasons) {
    assertThatThrownBy(() -> PlanInspector.expression(bytes))
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContainingAll(reasons);
  }

  private static byte[] raw(int... bytes) {
    byte[] raw = new byte[bytes.length];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) bytes[i];
    }
    return raw;
  }

  @Test
  void whatIsWrongHasAPlace() {
    // binary_expr { operands { column { name: 2 bytes, 1 is left } } }
    refused(
        raw(0x22, 7, 0x0a, 5, 0x0a, 3, 0x0a, 2, 'a'),
        "a length of 2 where 1 are left",
        "at byte 8 of 9",
        "in binary_expr.operands.column");
    refused(raw(0x22, 9), "a length of 9 where 0 are left", "at byte 2 of 2");
    refused(raw(0x20, 1), "field binary_expr with wire type 0");
    refused(raw(0x0a, 3, 0x0a, 1, 0xff), "text in name that is not UTF-8", "in column");
    refused(raw(0x9f, 6), "wire type 7");
    refused(raw(0x00), "a tag of 0");
    refused(raw(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1), "a number of more");
    refused(raw(0x80), "a number that is cut off");
    refused(raw(0x0c), "the end of a group 1 that did not begin");
    refused(raw(0x9b, 6), "a group that does not end");
    refused(raw(0x99, 6, 1, 2, 3), "a number that is cut off");
    refused(new byte[0], "nothing that is known is in these 0 bytes");
  }

  @Test
  void everyTruncationIsRefusedOrRead() {
    byte[] whole = call("half", envelope("c", bytes("DFJVUDF", FUNCTION))).toByteArray();
    for (int length = 0; length < whole.length; length++) {
      refused(Arrays.copyOf(whole, length), "expression: ");
    }
    for (int length = 0; length < FUNCTION.toByteArray().length; length++) {
      byte[] body = Arrays.copyOf(FUNCTION.toByteArray(), length);
      var cut = frame("DFJVUDF", FUNCTION).toBuilder().setBody(ByteString.copyFrom(body)).build();
      read(call("half", bytes("DFJVUDF", cut)).toByteArray());
    }
  }

  /** Neither a stack nor a heap is filled, not even on a small stack. */
  @Test
  void deepBytesAreRefusedOnASmallStack() throws Exception {
    byte[] groups = new byte[1_000_000];
    for (int i = 0; i < groups.length; i += 2) {
      groups[i] = (byte) 0x9b;
      groups[i + 1] = 6;
    }
    LogicalExprNode deep = column("a");
    for (int i = 0; i < 49; i++) {
      deep =
          LogicalExprNode.newBuilder().setNegative(NegativeNode.newBuilder().setExpr(deep)).build();
    }
    byte[] deepest = deep.toByteArray();
    byte[] tooDeep =
        LogicalExprNode.newBuilder()
            .setNegative(NegativeNode.newBuilder().setExpr(deep))
            .build()
            .toByteArray();
    var failure = new Throwable[1];
    Thread thread =
        new Thread(
            null,
            () -> {
              refused(groups, "more than 100 messages inside each other");
              refused(tooDeep, "more than 100 messages inside each other");
              var found = PlanInspector.expression(deepest);
              assertThat(found.toText().lines()).hasSize(52);
              assertThat(found.toJson()).isNotEmpty();
            },
            "small stack",
            512 << 10);
    thread.setUncaughtExceptionHandler((_, e) -> failure[0] = e);
    thread.start();
    thread.join();
    assertThat(failure[0]).isNull();
  }

  @Test
  void aMillionFlatOperandsAreRefusedBeforeTheyAreBuilt() {
    var chain = BinaryExprNode.newBuilder().setOp("+");
    LogicalExprNode one = literal(1);
    for (int i = 0; i < 1_000_000; i++) {
      chain.addOperands(one);
    }
    refused(
        LogicalExprNode.newBuilder().setBinaryExpr(chain).build().toByteArray(),
        "more than 1000000 fields");
    byte[] empty = new byte[40_000_000];
    for (int i = 0; i < empty.length; i += 2) {
      empty[i] = 0x0a;
    }
    ByteString operands = ByteString.copyFrom(empty);
    refused(delimited(0x22, operands).toByteArray(), "more than 1000000 fields", "binary_expr");
  }

  private static ByteString delimited(int tag, ByteString inside) {
    var out = ByteString.newOutput();
    out.write(tag);
    int rest = inside.size();
    while (rest > 0x7f) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
    return out.toByteString().concat(inside);
  }

  @Test
  void aHundredThousandConstantsAreRead() {
    var list = InListNode.newBuilder().setExpr(column("a"));
    for (int i = 0; i < 100_000; i++) {
      list.addList(literal(i));
    }
    var found =
        PlanInspector.expression(
            LogicalExprNode.newBuilder().setInList(list).build().toByteArray());
    assertThat(found.root().children()).hasSize(100_001);
    assertThat(found.root().children().getLast().fact("value")).containsExactly("Int64(99999)");
  }

  @Test
  void oversizeIsRefused() {
    refused(new byte[PlanInspector.MAX_SIZE + 1], "67108865 bytes, and the limit is 67108864");
  }

  @Test
  void widthInsideOfFramesIsBounded() {
    var callable = FUNCTION.getCallable().toBuilder();
    CodeUnit nothing = CodeUnit.getDefaultInstance();
    for (int i = 0; i < 1_100_000; i++) {
      callable.addCarried(nothing);
    }
    ByteString wide = bytes("DFJVUDF", FUNCTION.toBuilder().setCallable(callable).build());
    refused(
        call("half", wide).toByteArray(),
        "function half: body of the frame: more than 1000000 fields",
        "in callable");
    ByteString nested = ascii("x");
    for (int i = 0; i < 101; i++) {
      nested = envelope("c", nested);
    }
    refused(call("half", nested).toByteArray(), "codec envelope: more than 100");
  }

  private static LogicalExprNode wide(int number, int units) {
    var callable = FUNCTION.getCallable().toBuilder();
    for (int i = 0; i < units; i++) {
      callable.addCarried(CodeUnit.getDefaultInstance());
    }
    var function = FUNCTION.toBuilder().setName("f" + number).setCallable(callable).build();
    return call("f" + number, bytes("DFJVUDF", function));
  }

  private static byte[] list(LogicalExprNode first, LogicalExprNode... others) {
    var list = InListNode.newBuilder().setExpr(first).addAllList(List.of(others));
    return LogicalExprNode.newBuilder().setInList(list).build().toByteArray();
  }

  /** What is read of one message is bounded, not of each frame in it. */
  @Test
  void framesOfOneMessageAreCountedTogether() {
    LogicalExprNode one = wide(1, 400_000);
    assertThat(PlanInspector.expression(list(one, one)).functions()).hasSize(2);
    // each call is written out whole
    refused(list(one, one, one), "function f1: more than 1000000 fields");
    refused(
        list(one, wide(2, 400_000), wide(3, 400_000)),
        "function f3: body of the frame: more than 1000000 fields");
    var fields = new Field[2_000];
    Arrays.fill(fields, Messages.field("x", ArrowType.Utf8.INSTANCE));
    ByteString schema = Messages.schema(fields);
    var functions = new LogicalExprNode[1 + 16_000_000 / schema.size()];
    for (int i = 0; i < functions.length; i++) {
      var function = FUNCTION.toBuilder().setName("f" + i).setStateFields(schema).build();
      functions[i] = call("f" + i, bytes("DFJVUDF", function));
    }
    refused(list(functions[0], functions), "state: more than 1000000 fields");
  }

  private static void read(byte[] bytes) {
    for (Message message : Message.values()) {
      try {
        var found = PlanInspector.inspect(message, bytes);
        assertThat(found.toText()).isNotEmpty();
        assertThat(found.toJson()).isNotEmpty();
      } catch (MalformedPayloadException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void mutatedFramesAreRefusedOrRead() {
    byte[] whole = call("half", envelope("c", bytes("DFJVUDF", FUNCTION))).toByteArray();
    byte[] body = FUNCTION.toByteArray();
    var random = new Random(11);
    for (int i = 0; i < 4_000; i++) {
      read(mutated(whole, random));
      var resealed = frame("DFJVUDF", FUNCTION).toBuilder();
      resealed.setBody(ByteString.copyFrom(mutated(body, random)));
      read(call("half", bytes("DFJVUDF", resealed.build())).toByteArray());
    }
  }

  private static byte[] mutated(byte[] bytes, Random random) {
    byte[] mutated =
        random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
    for (int i = 1 + random.nextInt(4); i > 0 && mutated.length > 0; i--) {
      int at = random.nextInt(mutated.length);
      mutated[at] =
          random.nextBoolean()
              ? (byte) (mutated[at] ^ 1 << random.nextInt(8))
              : (byte) random.nextInt(256);
    }
    return mutated;
  }

  @Test
  void noiseIsRefusedOrRead() {
    var random = new Random(12);
    for (int i = 0; i < 4_000; i++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      read(noise);
    }
    List.of("hello", "PK\u0003\u0004", "PAR1", "{\"a\": 1}")
        .forEach(text -> read(ascii(text).toByteArray()));
  }
}
