package io.datafusion.internal.inspection;

import com.google.protobuf.ByteString;
import io.datafusion.MalformedPayloadException;
import java.util.ArrayList;
import java.util.List;

/**
 * What codecs wrote around their bytes, taken off.
 *
 * @param ids of the codecs, from the outside in
 * @param inside what they wrote
 */
record Envelopes(List<String> ids, ByteString inside) {
  private static final ByteString MAGIC = ByteString.copyFromUtf8("DFPYCHN");
  private static final int HEAD = MAGIC.size() + 1 + Integer.BYTES;
  private static final int DEPTH = 100;

  static Envelopes of(String what, ByteString bytes) {
    var ids = new ArrayList<String>();
    ByteString inside = bytes;
    while (inside.startsWith(MAGIC)) {
      if (ids.size() == DEPTH) {
        throw broken(what, "more than " + DEPTH + " inside each other");
      }
      int end = HEAD + length(what, inside);
      ByteString id = inside.substring(HEAD, end);
      if (!id.isValidUtf8()) {
        throw broken(what, "a codec id that is not UTF-8");
      }
      ids.add(id.toStringUtf8());
      inside = inside.substring(end);
    }
    return new Envelopes(List.copyOf(ids), inside);
  }

  private static int length(String what, ByteString envelope) {
    if (envelope.size() < HEAD) {
      throw broken(what, "cut off after " + envelope.size() + " bytes");
    }
    int version = envelope.byteAt(MAGIC.size()) & 0xff;
    if (version != 1) {
      throw broken(what, "version " + version + ", and 1 is known");
    }
    long length = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      length |= (envelope.byteAt(MAGIC.size() + 1 + i) & 0xffL) << (8 * i);
    }
    if (length > envelope.size() - HEAD) {
      throw broken(
          what,
          "a codec id of " + length + " bytes where " + (envelope.size() - HEAD) + " are left");
    }
    return (int) length;
  }

  private static MalformedPayloadException broken(String what, String reason) {
    return new MalformedPayloadException(what + ": codec envelope: " + reason, null);
  }
}
