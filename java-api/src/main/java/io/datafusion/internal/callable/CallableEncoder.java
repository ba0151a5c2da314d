package io.datafusion.internal.callable;

import io.datafusion.internal.message.CallablePayload;
import java.util.Set;

/** Writes functions as data: the captured values and the class files they reach. */
public final class CallableEncoder {
  /** The version of {@link CallablePayload} that is written and read. */
  static final int VERSION = 1;

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
    var code = new SharedCode(shared);
    var closure = new CodeClosure(code);
    var values = new ValueWriter(code, closure);
    values.write(callable, ValueWriter.ROOT);
    CallablePayload payload =
        CallablePayload.newBuilder().setVersion(VERSION).addAllValues(values.table()).build();
    return new Encoded(
        payload.toByteString(), closure.carried(), closure.referenced(), closure.release());
  }
}
