package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A Parquet file that cannot be read or written. */
public final class ParquetException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public ParquetException(String message, @Nullable Throwable cause) {
    super(209, message, cause);
  }
}
