package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A query that failed while it ran. When a user's function threw, the cause is the very Throwable
 * that it threw.
 */
public final class ExecutionException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public ExecutionException(String message, @Nullable Throwable cause) {
    super(204, message, cause);
  }
}
