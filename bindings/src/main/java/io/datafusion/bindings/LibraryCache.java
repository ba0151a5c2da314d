package io.datafusion.bindings;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A folder of this user only, where libraries are unpacked to {@code <sha256>/<library>}.
 *
 * <p>A library gets its name there only when all of it is written and its hash is right, so a file
 * of that name is good unless it was touched since. A stamp beside it holds the size and time of
 * the verified file: while they are the same, a start does not read 130 MB again; if they are not,
 * the hash decides, and a damaged file is replaced. Processes that unpack at the same moment write
 * the same bytes under temporary names, and the last rename wins.
 */
final class LibraryCache {
  /** Opens the content anew each time. */
  @FunctionalInterface
  interface Content {
    InputStream open() throws IOException;
  }

  private final Path root;

  private LibraryCache(Path root) {
    this.root = root;
  }

  /** {@return the cache of this user, made if need be} */
  static LibraryCache open() throws IOException {
    return new LibraryCache(PrivateFolder.open());
  }

  /** {@return the file with that content, unpacked if it is not there} */
  Path file(String fileName, String sha256, Content content) throws IOException {
    Path folder = PrivateFolder.child(root, sha256);
    Path file = folder.resolve(fileName);
    Path stamp = folder.resolve(fileName + ".verified");
    String now = stampOf(file);
    if (!now.isEmpty() && now.equals(read(stamp))) {
      return file;
    }
    if (now.isEmpty() || !hash(file).equals(sha256)) {
      unpack(content, sha256, file);
    }
    replace(stamp, stampOf(file));
    return file;
  }

  private static void unpack(Content content, String sha256, Path file) throws IOException {
    Path temporary = Files.createTempFile(file.getParent(), "unpacking", ".tmp");
    try {
      MessageDigest digest = PackedLibrary.digest();
      try (InputStream from = content.open();
          var to = new DigestOutputStream(Files.newOutputStream(temporary), digest)) {
        from.transferTo(to);
      }
      String found = HexFormat.of().formatHex(digest.digest());
      if (!found.equals(sha256)) {
        throw new IOException(
            "the packed library has the SHA-256 %s, not %s as the file beside it says"
                .formatted(found, sha256));
      }
      // On disk before it gets its name: a crash must not leave a good name on a hollow file.
      // By no channel, which an interrupted thread could not use.
      try (var written = new FileOutputStream(temporary.toFile(), true)) {
        written.getFD().sync();
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void replace(Path file, String text) throws IOException {
    Path temporary = Files.createTempFile(file.getParent(), "stamp", ".tmp");
    try {
      Files.writeString(temporary, text);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** {@return size and time of the file, or empty if there is none} */
  private static String stampOf(Path file) throws IOException {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.isRegularFile()
          ? attributes.size() + " " + attributes.lastModifiedTime()
          : "";
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private static String read(Path stamp) throws IOException {
    try {
      return Files.readString(stamp);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private static String hash(Path file) throws IOException {
    MessageDigest digest = PackedLibrary.digest();
    try (var stream = new DigestInputStream(Files.newInputStream(file), digest)) {
      stream.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
