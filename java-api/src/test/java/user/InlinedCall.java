package user;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.internal.message.Frame;
import io.datafusion.internal.message.InlinedFunction;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.function.Consumer;
import org.apache.datafusion.protobuf.LogicalExprNode;

/** The bytes of an expression that is one call of an inlined function, taken apart. */
final class InlinedCall {
  private static final int HEAD = 8;

  private final LogicalExprNode node;
  private final byte[] frame;

  InlinedCall(byte[] expression) throws InvalidProtocolBufferException {
    node = LogicalExprNode.parseFrom(expression);
    ByteBuffer envelope = node.getScalarUdfExpr().getFunDefinition().asReadOnlyByteBuffer();
    int id = envelope.order(ByteOrder.LITTLE_ENDIAN).getInt(HEAD);
    frame = new byte[envelope.capacity() - HEAD - 4 - id];
    envelope.get(HEAD + 4 + id, frame);
  }

  /** {@return family, wire version, message} */
  byte[] frame() {
    return frame.clone();
  }

  Frame message() throws InvalidProtocolBufferException {
    return Frame.parseFrom(Arrays.copyOfRange(frame, HEAD, frame.length));
  }

  InlinedFunction body() throws InvalidProtocolBufferException {
    return InlinedFunction.parseFrom(message().getBody());
  }

  /** {@return the expression with other bytes in the place of the frame and its envelope} */
  byte[] with(byte[] definition) {
    var changed = node.toBuilder();
    changed.getScalarUdfExprBuilder().setFunDefinition(ByteString.copyFrom(definition));
    return changed.build().toByteArray();
  }

  /** {@return the expression with another message in the frame} */
  byte[] with(Frame message) {
    return with(framed(message));
  }

  /** {@return the expression with another function, under a digest that fits it} */
  byte[] withBody(Consumer<InlinedFunction.Builder> change) throws Exception {
    var body = body().toBuilder();
    change.accept(body);
    byte[] bytes = body.build().toByteArray();
    return with(
        message().toBuilder().setBody(ByteString.copyFrom(bytes)).setSha256(digest(bytes)).build());
  }

  private byte[] framed(Frame message) {
    var bytes = new ByteArrayOutputStream();
    bytes.write(frame, 0, HEAD);
    bytes.writeBytes(message.toByteArray());
    return bytes.toByteArray();
  }

  private ByteString digest(byte[] body) throws NoSuchAlgorithmException {
    var sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update(frame, 0, HEAD);
    return ByteString.copyFrom(sha256.digest(body));
  }

  static byte[] envelope(String id, byte[] payload) {
    byte[] name = id.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(HEAD + 4 + name.length + payload.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("DFPYCHN\u0001".getBytes(StandardCharsets.US_ASCII))
        .putInt(name.length)
        .put(name)
        .put(payload)
        .array();
  }
}
