package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Reading or writing failed in the operating system. */
public final class IoException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public IoException(String message, @Nullable Throwable cause) {
    super(206, message, cause);
  }
}
