package io.datafusion.internal.callable;

/** How many shipped classes were defined, for tests that ship some and so stand elsewhere. */
public final class DefinedClasses {
  private DefinedClasses() {}

  public static long count() {
    return ShippedCode.defined();
  }
}
