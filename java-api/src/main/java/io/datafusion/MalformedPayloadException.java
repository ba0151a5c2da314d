package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are not what they should be: truncated, altered, of another kind or version, or
 * hostile. Nothing of them was executed.
 */
public final class MalformedPayloadException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public MalformedPayloadException(String message, @Nullable Throwable cause) {
    super(302, message, cause);
  }
}
