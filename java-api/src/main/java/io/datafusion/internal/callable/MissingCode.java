package io.datafusion.internal.callable;

/**
 * The callable is sound, but this JVM lacks a class that it refers to, or is too old for its code.
 */
public final class MissingCode extends CallableException {
  private static final long serialVersionUID = 1;

  MissingCode(String message) {
    super(message);
  }

  MissingCode(String message, Throwable cause) {
    super(message, cause);
  }
}
