package io.datafusion.internal;

import com.google.protobuf.ByteString;
import io.datafusion.internal.message.Frame;
import io.datafusion.internal.message.FunctionKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Function frames as they travel: family, wire version, body and digest. */
final class Frames {
  private Frames() {}

  /** {@return the frame of a function's body} */
  static byte[] of(FunctionKind kind, byte[] body) {
    byte[] head = head(kind);
    byte[] message =
        Frame.newBuilder()
            .setBody(ByteString.copyFrom(body))
            .setSha256(ByteString.copyFrom(digest(head, body)))
            .build()
            .toByteArray();
    byte[] frame = Arrays.copyOf(head, head.length + message.length);
    System.arraycopy(message, 0, frame, head.length, message.length);
    return frame;
  }

  private static byte[] head(FunctionKind kind) {
    String head =
        switch (kind) {
          case FUNCTION_KIND_SCALAR -> "DFJVUDF\u0001";
          case FUNCTION_KIND_AGGREGATE -> "DFJVUDA\u0001";
          case FUNCTION_KIND_WINDOW -> "DFJVUDW\u0001";
          case FUNCTION_KIND_TABLE -> "DFJVUDT\u0001";
          default -> throw new IllegalArgumentException("no family of " + kind);
        };
    return head.getBytes(StandardCharsets.US_ASCII);
  }

  /** SHA-256 over family, wire version and body. */
  private static byte[] digest(byte[] head, byte[] body) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(head);
      return sha256.digest(body);
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every Java platform has SHA-256", e);
    }
  }
}
