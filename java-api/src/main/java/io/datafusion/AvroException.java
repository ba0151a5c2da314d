package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** An Avro file that cannot be read. */
public final class AvroException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public AvroException(String message, @Nullable Throwable cause) {
    super(215, message, cause);
  }
}
