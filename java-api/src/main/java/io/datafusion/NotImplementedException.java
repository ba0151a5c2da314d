package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Something the engine understands but does not do. */
public final class NotImplementedException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public NotImplementedException(String message, @Nullable Throwable cause) {
    super(211, message, cause);
  }
}
