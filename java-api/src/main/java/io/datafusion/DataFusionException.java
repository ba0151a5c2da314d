package io.datafusion;

import java.io.Serial;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the engine, its codecs and the boundary to it refuse or fail at.
 *
 * <p>The family is sealed and unchecked, one class a kind of error. The message is the engine's
 * whole chain, from the outermost context to the root. What a user's function or callback threw is
 * the {@linkplain #getCause() cause}, the same object.
 *
 * <p>What is wrong before the engine is asked is no member of this family: use after close is
 * IllegalStateException, null is NullPointerException, a bad argument is IllegalArgumentException.
 */
public abstract sealed class DataFusionException extends RuntimeException
    permits InvalidArgumentException,
        MissingArgumentException,
        PanicException,
        CancelledException,
        CallbackException,
        ReentryException,
        InternalException,
        PlanException,
        SchemaException,
        SqlException,
        ExecutionException,
        ResourcesExhaustedException,
        IoException,
        ObjectStoreException,
        ArrowException,
        ParquetException,
        ConfigurationException,
        NotImplementedException,
        ExternalException,
        FfiException,
        SubstraitException,
        AvroException,
        JoinException,
        InliningRefusedException,
        MalformedPayloadException,
        UnresolvedFunctionException,
        UnserializableFunctionException,
        MissingCodecException,
        IllegalCapsuleException {
  @Serial private static final long serialVersionUID = 1L;

  private final int code;

  DataFusionException(int code, String message, @Nullable Throwable cause) {
    super(Objects.requireNonNull(message, "message"), cause);
    this.code = code;
  }

  /**
   * {@return the number of this kind of error} Numbers never change: 1xx for the boundary, 2xx for
   * the engine, 3xx for the codecs.
   */
  public final int code() {
    return code;
  }
}
