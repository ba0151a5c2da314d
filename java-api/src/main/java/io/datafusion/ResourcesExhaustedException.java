package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A query that needed more memory, disk or depth than its session allows. */
public final class ResourcesExhaustedException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public ResourcesExhaustedException(String message, @Nullable Throwable cause) {
    super(205, message, cause);
  }
}
