package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Bytes written by a codec whose id is not installed in the receiving session. */
public final class MissingCodecException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public MissingCodecException(String message, @Nullable Throwable cause) {
    super(305, message, cause);
  }
}
