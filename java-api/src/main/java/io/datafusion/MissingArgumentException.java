package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A native call got no object where it needs one; it is a defect of this library, since the Java
 * side checks first.
 */
public final class MissingArgumentException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public MissingArgumentException(String message, @Nullable Throwable cause) {
    super(102, message, cause);
  }
}
