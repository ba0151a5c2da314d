package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A query or expression that cannot be planned: unknown names, wrong types, or a tree that is too
 * deep (the message has its depth and the limit).
 */
public final class PlanException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public PlanException(String message, @Nullable Throwable cause) {
    super(201, message, cause);
  }
}
