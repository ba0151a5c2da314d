package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A defect of the engine or of this library, not of the query. */
public final class InternalException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public InternalException(String message, @Nullable Throwable cause) {
    super(107, message, cause);
  }
}
