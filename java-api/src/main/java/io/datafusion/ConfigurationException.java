package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** An unknown configuration key, or a value that its key does not take. */
public final class ConfigurationException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public ConfigurationException(String message, @Nullable Throwable cause) {
    super(210, message, cause);
  }
}
