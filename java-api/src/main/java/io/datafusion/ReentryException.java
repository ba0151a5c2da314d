package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A callback started work that may not start there: more than 16 queries inside each other, or
 * inside a foreign runtime that cannot block.
 */
public final class ReentryException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public ReentryException(String message, @Nullable Throwable cause) {
    super(106, message, cause);
  }
}
