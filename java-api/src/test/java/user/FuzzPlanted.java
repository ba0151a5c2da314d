package user;

import io.datafusion.MalformedPayloadException;
import io.datafusion.codec.PlanInspector;

/** A defect that only mutated frames show: proof that the fuzzer looks, and that it is heard. */
public final class FuzzPlanted {
  private FuzzPlanted() {}

  /** Breaks where a function has another version than there is. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < FuzzedMessage.HEAD) {
      return;
    }
    FuzzedMessage message = FuzzedMessage.of(input);
    try {
      PlanInspector.inspect(message.kind(), message.bytes());
    } catch (MalformedPayloadException e) {
      if (e.getMessage().contains("wire type")) {
        throw new IllegalStateException("the planted defect", e);
      }
    }
  }
}
