package io.datafusion.internal;

import com.google.protobuf.ByteString;
import io.datafusion.internal.message.Frame;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Function frames as they travel: family, wire version, body and digest. */
final class Frames {
  private static final byte[] SCALAR_HEAD = "DFJVUDF\u0001".getBytes(StandardCharsets.US_ASCII);

  private Frames() {}

  /** {@return the frame of a scalar function's body} */
  static byte[] scalar(byte[] body) {
    byte[] message =
        Frame.newBuilder()
            .setBody(ByteString.copyFrom(body))
            .setSha256(ByteString.copyFrom(scalarDigest(body)))
            .build()
            .toByteArray();
    byte[] frame = new byte[SCALAR_HEAD.length + message.length];
    System.arraycopy(SCALAR_HEAD, 0, frame, 0, SCALAR_HEAD.length);
    System.arraycopy(message, 0, frame, SCALAR_HEAD.length, message.length);
    return frame;
  }

  /** {@return SHA-256 over family, wire version and body} Equal digests are equal functions. */
  static byte[] scalarDigest(byte[] body) {
    return digest(SCALAR_HEAD, body);
  }

  static byte[] digest(byte[] head, byte[] body) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(head);
      return sha256.digest(body);
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every Java platform has SHA-256", e);
    }
  }
}
