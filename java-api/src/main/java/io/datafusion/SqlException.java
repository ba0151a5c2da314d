package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** SQL text that cannot be parsed. */
public final class SqlException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public SqlException(String message, @Nullable Throwable cause) {
    super(203, message, cause);
  }
}
