package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A capsule of another name, or of another major version of DataFusion, than is needed. */
public final class IllegalCapsuleException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public IllegalCapsuleException(String message, @Nullable Throwable cause) {
    super(306, message, cause);
  }
}
