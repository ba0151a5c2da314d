package io.datafusion.bindings;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Folders into which nobody but this user can put a file: what lies there is loaded into the
 * process. On POSIX they belong to the user and have mode 0700; on Windows the user's profile
 * protects them.
 */
final class PrivateFolder {
  private static final String NAME = "datafusion-panama-libraries";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private PrivateFolder() {}

  /**
   * {@return the folder of this user for unpacked libraries}
   *
   * <p>It lies where the system keeps such things: {@code $XDG_CACHE_HOME} or {@code ~/.cache},
   * {@code ~/Library/Caches}, {@code %LOCALAPPDATA%}. A user without a home that can be written to
   * (in a container) gets one below {@code java.io.tmpdir}.
   */
  static Path open() throws IOException {
    List<IOException> failures = new ArrayList<>();
    for (Path base : bases()) {
      try {
        Files.createDirectories(base);
        return child(base, NAME);
      } catch (FileSystemException e) {
        failures.add(e);
      }
    }
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "."));
    try {
      return child(
          temporary, NAME + '-' + System.getProperty("user.name", "user").replaceAll("\\W", "_"));
    } catch (IOException e) {
      failures.forEach(e::addSuppressed);
      throw e;
    }
  }

  /** {@return that folder of a parent, made if need be} */
  static Path child(Path parent, String name) throws IOException {
    Path folder = parent.resolve(name);
    boolean posix = Files.getFileStore(parent).supportsFileAttributeView("posix");
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
            : new FileAttribute<?>[0];
    try {
      return Files.createDirectory(folder, attributes);
    } catch (FileAlreadyExistsException e) {
      if (posix) {
        check(folder);
      } else if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
      return folder;
    }
  }

  private static void check(Path folder) throws IOException {
    var attributes =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isDirectory()) {
      throw new FileSystemException(folder.toString(), null, "it is not a folder");
    }
    Set<PosixFilePermission> others = EnumSet.noneOf(PosixFilePermission.class);
    others.addAll(attributes.permissions());
    others.removeAll(OWNER_ONLY);
    if (!others.isEmpty()) {
      throw new AccessDeniedException(
          folder.toString(),
          null,
          "others than its owner may use it ("
              + PosixFilePermissions.toString(attributes.permissions())
              + "): remove it or set its mode to 0700");
    }
    UserPrincipal user = currentUser(folder);
    if (!attributes.owner().equals(user)) {
      throw new AccessDeniedException(
          folder.toString(), null, "it belongs to " + attributes.owner() + ", not to " + user);
    }
  }

  /**
   * The owner of a file that we make: the JVM does not say who we are in the file system's terms.
   */
  private static UserPrincipal currentUser(Path folder) throws IOException {
    Path probe = Files.createTempFile(folder, "owner", ".tmp");
    try {
      return Files.getOwner(probe);
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  private static List<Path> bases() {
    List<Path> bases = new ArrayList<>();
    switch (Platform.current().os()) {
      case "windows" -> add(bases, System.getenv("LOCALAPPDATA"), "");
      case "macos" -> add(bases, System.getProperty("user.home"), "Library/Caches");
      default -> {
        add(bases, System.getenv("XDG_CACHE_HOME"), "");
        add(bases, System.getProperty("user.home"), ".cache");
      }
    }
    return bases;
  }

  private static void add(List<Path> bases, @Nullable String root, String below) {
    if (root != null && Path.of(root).isAbsolute()) {
      bases.add(Path.of(root).resolve(below));
    }
  }
}
