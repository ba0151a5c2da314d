package user;

import io.datafusion.MalformedPayloadException;
import io.datafusion.codec.PlanInspector;
import io.datafusion.internal.callable.DefinedClasses;

/** Inspects what a fuzzer gives. */
public final class FuzzInspection {
  private FuzzInspection() {}

  /** The input is a {@link FuzzedMessage}. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    if (input.length < FuzzedMessage.HEAD) {
      return;
    }
    FuzzedMessage message = FuzzedMessage.of(input);
    FuzzBound.check(message.bytes().length, () -> read(message));
    if (DefinedClasses.count() != 0) {
      throw new AssertionError("a class was defined");
    }
  }

  private static void read(FuzzedMessage message) {
    try {
      var found = PlanInspector.inspect(message.kind(), message.bytes());
      if (found.toText().isEmpty() || found.toJson().isEmpty()) {
        throw new AssertionError("nothing was found");
      }
    } catch (MalformedPayloadException e) {
      if (e.getMessage() == null || e.getMessage().isBlank()) {
        throw new AssertionError("no words", e);
      }
    }
  }
}
