package io.datafusion.internal.exchange;

import io.datafusion.MissingCodecException;
import io.datafusion.SessionContext;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.exchange.WorkerContext;
import java.util.Optional;
import java.util.function.Function;

/** Reads what comes without a context. */
public final class Receiver {
  private static final String HINT =
      "; the global context was asked, as no context is set with"
          + " io.datafusion.exchange.WorkerContext";

  private Receiver() {}

  /**
   * {@return what the worker context reads, or the global one where there is none} A worker context
   * that fails is not passed over: the global one may allow what it refuses.
   */
  public static <T> T read(Function<SessionContext, T> decode) {
    Optional<SessionContext> worker = WorkerContext.get();
    if (worker.isPresent()) {
      return decode.apply(worker.get());
    }
    try {
      return decode.apply(SessionContext.global());
    } catch (UnresolvedFunctionException e) {
      throw new UnresolvedFunctionException(e.getMessage() + HINT, e);
    } catch (MissingCodecException e) {
      throw new MissingCodecException(e.getMessage() + HINT, e);
    }
  }
}
