package io.datafusion;

/** How a text file is compressed. */
public enum Compression {
  /** Not at all. */
  UNCOMPRESSED,
  /** gzip. */
  GZIP,
  /** bzip2. */
  BZIP2,
  /** xz. */
  XZ,
  /** Zstandard. */
  ZSTD
}
