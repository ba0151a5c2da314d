package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A Substrait plan that cannot be read or written. */
public final class SubstraitException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public SubstraitException(String message, @Nullable Throwable cause) {
    super(214, message, cause);
  }
}
