package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** An error of a component outside the engine: a codec, a table provider, another library. */
public final class ExternalException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public ExternalException(String message, @Nullable Throwable cause) {
    super(212, message, cause);
  }
}
