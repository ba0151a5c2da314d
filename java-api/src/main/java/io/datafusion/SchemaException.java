package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Columns that do not fit a schema: unknown, ambiguous or duplicate names. */
public final class SchemaException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public SchemaException(String message, @Nullable Throwable cause) {
    super(202, message, cause);
  }
}
