package io.datafusion.bindings;

import java.io.IOException;
import java.nio.file.Path;

/** Libraries that stand in for the engine: what the loader asks for, and one function more. */
final class SmallLibrary {
  /** As the JVM names the file on this platform. */
  static final String FILE = System.mapLibraryName("datafusion_c");

  /** What {@code df_error_code} of these libraries answers. */
  static final int ANSWER = 4711;

  private static final String VERSION = "unsigned df_abi_version(void) { return %d; }\n";
  private static final String HASH = "const char *df_abi_header_hash(void) { return %s; }\n";
  private static final String CODE = "int df_error_code(const void *e) { return %d; }\n";

  private SmallLibrary() {}

  /** {@return a library made for the header of these bindings} */
  static Path matching(Path folder) throws IOException, InterruptedException {
    return of(folder, HeaderHash.ABI_VERSION, '"' + HeaderHash.SHA_256 + '"');
  }

  /** {@return a library that says so; the hash is a C expression} */
  static Path of(Path folder, long version, String hash) throws IOException, InterruptedException {
    String text = VERSION.formatted(version) + HASH.formatted(hash) + CODE.formatted(ANSWER);
    return CSource.compile(folder.resolve(FILE), text);
  }

  /** {@return a library of the right header that lacks {@code df_error_code}} */
  static Path lacking(Path folder) throws IOException, InterruptedException {
    String hash = '"' + HeaderHash.SHA_256 + '"';
    String text = VERSION.formatted(HeaderHash.ABI_VERSION) + HASH.formatted(hash);
    return CSource.compile(folder.resolve(FILE), text);
  }

  /** {@return a library of that name that is another library} */
  static Path other(Path folder) throws IOException, InterruptedException {
    return CSource.compile(folder.resolve(FILE), "int other(void) { return 1; }\n");
  }
}
