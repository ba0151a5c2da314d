package io.datafusion.internal.callable;

/** How many shipped classes were defined, for tests that ship some and so stand elsewhere. */
public final class DefinedClasses {
  private DefinedClasses() {}

  public static long count() {
    return ShippedCode.defined();
  }

  /** Loaders of shipped classes that live. */
  public static int loaders() {
    return CallableDecoder.LOADERS.size();
  }

  /** Functions out of bytes that live. */
  public static int functions() {
    return CallableDecoder.FUNCTIONS.size();
  }
}
