package io.datafusion.bindings.generator;

import io.datafusion.bindings.generator.Header.IntegerConstant;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Writes which header the classes were made from, for the loader to compare with the library's. */
final class HeaderHashWriter {
  private static final String VERSION = "DF_ABI_VERSION";

  private HeaderHashWriter() {}

  static GeneratedFile write(Header header, Target target) {
    String body =
        TEXT.replace("${header}", header.source().name())
            .replace("${hash}", hash(header.source()))
            .replace("${version}", Long.toString(version(header)));
    return target.file(header.source(), "HeaderHash", body);
  }

  private static long version(Header header) {
    for (var constant : header.constants()) {
      if (constant instanceof IntegerConstant(String name, long value, _, _)
          && name.equals(VERSION)) {
        return value;
      }
    }
    throw new UnsupportedHeaderException(
        header.source(), 1, "the header does not #define " + VERSION);
  }

  /** {@return the SHA-256 of the header's bytes in hexadecimal} */
  static String hash(SourceText source) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(source.bytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static final String TEXT =
      """
      /** Which {@code ${header}} the classes of this package were made from. */
      public final class HeaderHash {
          /** The {@code DF_ABI_VERSION} of the header. */
          public static final int ABI_VERSION = ${version};

          /** The SHA-256 of the header's bytes in hexadecimal. */
          public static final String SHA_256 =
              "${hash}";

          private HeaderHash() {}
      }
      """;
}
