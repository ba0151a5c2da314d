package io.datafusion.cluster;

import io.datafusion.SessionContext;
import io.datafusion.internal.message.NodeOptions;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What schedulers and executors have in common.
 *
 * @param messageLimit bytes
 */
record NodeSettings(String host, int port, int messageLimit, @Nullable SessionContext session) {
  static final NodeSettings DEFAULT = new NodeSettings("127.0.0.1", 0, 16 << 20, null);

  NodeSettings withHost(String address) {
    Objects.requireNonNull(address, "host");
    return new NodeSettings(address, port, messageLimit, session);
  }

  NodeSettings withPort(int number) {
    if (number < 0 || number > 65_535) {
      throw new IllegalArgumentException("port " + number);
    }
    return new NodeSettings(host, number, messageLimit, session);
  }

  NodeSettings withMessageLimit(int bytes) {
    return new NodeSettings(host, port, positive(bytes, "bytes"), session);
  }

  NodeSettings withSession(SessionContext ctx) {
    Objects.requireNonNull(ctx, "ctx");
    return new NodeSettings(host, port, messageLimit, ctx);
  }

  NodeOptions.Builder message() {
    return NodeOptions.newBuilder().setHost(host).setPort(port).setMessageLimit(messageLimit);
  }

  static int positive(int value, String name) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " is " + value);
    }
    return value;
  }

  /** {@return a time as whole units that fit an int} */
  static int whole(Duration time, Duration unit, String name) {
    long count = Objects.requireNonNull(time, name).dividedBy(unit);
    if (count <= 0 || count > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(name + " is " + time);
    }
    return (int) count;
  }
}
