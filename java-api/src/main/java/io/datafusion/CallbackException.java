package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A callback of the host failed outside any query; the cause is what it threw. */
public final class CallbackException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public CallbackException(String message, @Nullable Throwable cause) {
    super(105, message, cause);
  }
}
