package io.datafusion.internal.callable;

import java.util.Set;

/** Writes functions as data: the captured values and the class files they reach. */
public final class CallableEncoder {
  private CallableEncoder() {}

  /**
   * {@return a function as data}
   *
   * @param callable a serializable lambda, a method reference, or an object of a class that
   *     implements the function
   * @param shared packages, with those below them, whose classes the receiver has and that do not
   *     travel
   * @throws NotShippable naming the part of the function that cannot travel, its class, and a
   *     remedy
   */
  public static Encoded encode(Object callable, Set<String> shared) throws NotShippable {
    throw new NotShippable(
        "the function", callable.getClass().getName(), "is not written " + shared);
  }
}
