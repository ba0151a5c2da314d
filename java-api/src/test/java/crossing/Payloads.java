package crossing;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.UnaryOperator;

/** The payloads of functions inside the bytes of an expression or plan. */
final class Payloads {
  private static final ByteString ENVELOPE = ByteString.copyFromUtf8("DFPYCHN");

  private Payloads() {}

  /** {@return a message with other bytes for each payload in an envelope, lengths and all} */
  static byte[] replaced(byte[] message, UnaryOperator<ByteString> replacement) {
    return replaced(ByteString.copyFrom(message), replacement).toByteArray();
  }

  private static ByteString replaced(ByteString field, UnaryOperator<ByteString> replacement) {
    if (field.startsWith(ENVELOPE)) {
      return replacement.apply(field);
    }
    UnknownFieldSet message;
    try {
      message = UnknownFieldSet.parseFrom(field);
    } catch (InvalidProtocolBufferException e) {
      return field; // text, or what is no message
    }
    var result = UnknownFieldSet.newBuilder();
    boolean[] changed = {false};
    message
        .asMap()
        .forEach(
            (number, values) -> {
              var copy = Field.newBuilder();
              values.getVarintList().forEach(copy::addVarint);
              values.getFixed32List().forEach(copy::addFixed32);
              values.getFixed64List().forEach(copy::addFixed64);
              for (ByteString value : values.getLengthDelimitedList()) {
                ByteString other = replaced(value, replacement);
                changed[0] |= other != value;
                copy.addLengthDelimited(other);
              }
              result.addField(number, copy.build());
            });
    return changed[0] ? result.build().toByteString() : field;
  }

  /** {@return what an envelope holds} */
  static ByteString opened(ByteString envelope) {
    ByteBuffer bytes = envelope.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int head = ENVELOPE.size() + 1;
    return envelope.substring(head + Integer.BYTES + bytes.getInt(head));
  }

  /** {@return bytes in the envelope of a codec} */
  static ByteString enveloped(String id, ByteString payload) {
    var head = new ByteArrayOutputStream();
    head.writeBytes(ENVELOPE.toByteArray());
    head.write(1);
    int length = Integer.reverseBytes(id.length());
    head.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
    return ByteString.copyFrom(head.toByteArray())
        .concat(ByteString.copyFromUtf8(id))
        .concat(payload);
  }
}
