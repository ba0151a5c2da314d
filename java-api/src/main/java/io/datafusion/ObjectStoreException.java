package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Reading or writing failed in an object store, the local file system included: a missing file is
 * here.
 */
public final class ObjectStoreException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public ObjectStoreException(String message, @Nullable Throwable cause) {
    super(207, message, cause);
  }
}
