package io.datafusion.internal.callable;

/** The bytes do not describe a callable. No class was defined. */
public final class MalformedCallable extends CallableException {
  private static final long serialVersionUID = 1;

  MalformedCallable(String message) {
    super(message);
  }

  MalformedCallable(String message, Throwable cause) {
    super(message, cause);
  }
}
