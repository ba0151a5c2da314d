package io.datafusion.catalog;

/** How far a scan applies a filter. */
public enum FilterPushDown {
  /** Not at all: the scan is not told of it. */
  UNSUPPORTED,
  /** Rows may be left that it refuses: the engine applies it again. */
  INEXACT,
  /** No row is left that it refuses: the engine does not look again. */
  EXACT
}
