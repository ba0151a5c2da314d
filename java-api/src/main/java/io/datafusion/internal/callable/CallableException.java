package io.datafusion.internal.callable;

/** Why a function cannot travel or cannot be brought to life. */
public abstract sealed class CallableException extends Exception
    permits NotShippable, MalformedCallable, MissingCode {
  private static final long serialVersionUID = 1;

  CallableException(String message) {
    super(message);
  }

  CallableException(String message, Throwable cause) {
    super(message, cause);
  }
}
