package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that hold an inlined function, and a session whose policy ({@link
 * io.datafusion.codec.UdfInlining}) refuses it; no class of it was defined. The message says which
 * function, which policy, and why. Either the sender encodes by name and the receiver registers the
 * function, or the receiver allows inlining.
 */
public final class InliningRefusedException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public InliningRefusedException(String message, @Nullable Throwable cause) {
    super(301, message, cause);
  }
}
