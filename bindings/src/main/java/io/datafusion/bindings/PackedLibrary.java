package io.datafusion.bindings;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The library packed with these classes, at {@code native/<os>-<arch>/} below their package.
 *
 * <p>Where it is a plain file (a folder of classes) it is used in place. In a jar it is unpacked,
 * once per content, into {@link LibraryCache}. Its content is named by the file {@code
 * <library>.sha256} beside it, so that a start does not read the library to the end; without that
 * file it does.
 */
final class PackedLibrary {
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  private final String resource;
  private final String fileName;

  PackedLibrary(Platform platform, String fileName) {
    this.resource = "native/" + platform + "/" + fileName;
    this.fileName = fileName;
  }

  /** {@return the library as a file that can be opened, or empty if none is packed} */
  Optional<Path> file() throws IOException {
    URL url = PackedLibrary.class.getResource(resource);
    if (url == null) {
      return Optional.empty();
    }
    if (url.getProtocol().equals("file")) {
      return Optional.of(Path.of(URI.create(url.toString())));
    }
    return Optional.of(LibraryCache.open().file(fileName, sha256(), this::content));
  }

  private InputStream content() throws IOException {
    return resource(resource);
  }

  private String sha256() throws IOException {
    URL url = PackedLibrary.class.getResource(resource + ".sha256");
    if (url == null) {
      return computed();
    }
    try (InputStream stream = resource(resource + ".sha256")) {
      String hash = new String(stream.readAllBytes(), StandardCharsets.US_ASCII).strip();
      if (!SHA_256.matcher(hash).matches()) {
        throw new IOException(url + " does not hold a SHA-256 in hexadecimal");
      }
      return hash;
    }
  }

  private String computed() throws IOException {
    MessageDigest digest = digest();
    try (var stream = new DigestInputStream(content(), digest)) {
      stream.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static InputStream resource(String name) throws IOException {
    InputStream stream = PackedLibrary.class.getResourceAsStream(name);
    if (stream == null) {
      throw new IOException("the resource " + name + " cannot be read");
    }
    return stream;
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
