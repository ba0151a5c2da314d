package io.datafusion.catalog;

/** What becomes of the rows that are there when others come. */
public enum InsertOp {
  /** They stay: {@code INSERT INTO}. */
  APPEND,
  /** They go: {@code INSERT OVERWRITE}. */
  OVERWRITE,
  /** Those of an equal key go: {@code REPLACE INTO}. */
  REPLACE
}
