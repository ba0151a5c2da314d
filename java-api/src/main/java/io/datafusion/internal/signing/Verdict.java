package io.datafusion.internal.signing;

/** What a signature is worth. */
public enum Verdict {
  /** A trusted key made it over this content. */
  VALID,
  /** No key of that id is trusted. */
  UNKNOWN_KEY,
  /** The key of that id is for another algorithm. */
  WRONG_ALGORITHM,
  /** The key is trusted, and did not sign this content. */
  ALTERED
}
