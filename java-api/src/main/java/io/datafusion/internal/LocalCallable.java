package io.datafusion.internal;

import io.datafusion.internal.callable.CallableEncoder;
import io.datafusion.internal.callable.Encoded;
import io.datafusion.internal.callable.NotShippable;
import io.datafusion.internal.message.Callable;
import java.util.Objects;
import java.util.Set;

/**
 * The code of a function that was defined in this process: as it runs here, and as it travels.
 *
 * @param message how it travels; without a payload where it cannot
 * @param shared packages whose classes stay behind
 * @param refusal why it cannot travel, or nothing
 * @param stateful whether it equals only itself, since others written alike may do something else
 */
record LocalCallable(
    Object function, Set<String> shared, Callable message, String refusal, boolean stateful) {

  /** Writes the code down, which happens once, so that later changes do not travel. */
  static LocalCallable of(Object function, Set<String> shared) {
    Objects.requireNonNull(function, "function");
    try {
      Encoded encoded = CallableEncoder.encode(function, shared);
      return new LocalCallable(function, shared, encoded.toMessage(), "", encoded.stateful());
    } catch (NotShippable e) {
      Callable nothing = Callable.newBuilder().setCodecId(Encoded.CODEC_ID).build();
      return new LocalCallable(function, shared, nothing, String.valueOf(e.getMessage()), true);
    }
  }
}
