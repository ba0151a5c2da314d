package user;

import com.google.protobuf.ByteString;
import io.datafusion.internal.callable.CallableDecoder;
import io.datafusion.internal.callable.CallableException;
import io.datafusion.internal.callable.DefinedClasses;
import io.datafusion.internal.callable.MalformedCallable;
import io.datafusion.internal.callable.MissingCode;
import io.datafusion.internal.callable.NotShippable;
import io.datafusion.internal.message.Callable;

/** Brings captured values to life that a fuzzer gives, beside classes of ours. */
public final class FuzzPayloads {
  private static final Callable[] SAMPLES = samples();

  private FuzzPayloads() {}

  private static Callable[] samples() {
    try {
      return FuzzSamples.callables().toArray(Callable[]::new);
    } catch (NotShippable e) {
      throw new AssertionError(e);
    }
  }

  /** A new one for each input, so that nothing comes out of a cache. */
  private static final class Parent extends ClassLoader {
    Parent() {
      super(FuzzPayloads.class.getClassLoader());
    }
  }

  /** The first byte is the sample whose classes there are, the others are the payload. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    if (input.length == 0) {
      return;
    }
    Callable sample = FuzzedMessage.choice(SAMPLES, input[0]);
    ByteString payload = ByteString.copyFrom(input, 1, input.length - 1);
    Callable callable = sample.toBuilder().setPayload(payload).build();
    FuzzBound.check(input.length, () -> read(callable));
  }

  private static void read(Callable callable) throws CallableException {
    long defined = DefinedClasses.count();
    try {
      CallableDecoder.decode(callable.getPayload(), callable, new Parent());
    } catch (MalformedCallable | MissingCode e) {
      if (DefinedClasses.count() != defined) {
        throw new AssertionError("a class was defined", e);
      }
    }
  }
}
