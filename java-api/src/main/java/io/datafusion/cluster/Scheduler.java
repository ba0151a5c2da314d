package io.datafusion.cluster;

import io.datafusion.internal.NativeNode;
import java.time.Duration;

/**
 * A scheduler in this process: it takes queries, splits them into stages, and hands their tasks to
 * the executors that ask for them. It runs until it is closed.
 */
public final class Scheduler implements AutoCloseable {
  private final NativeNode node;
  private final String url;

  private Scheduler(NativeNode node) {
    this.node = node;
    this.url = node.info().getUrl();
  }

  /** {@return a scheduler on a free port of the loopback address} */
  public static Scheduler start() {
    return start(SchedulerOptions.of());
  }

  /**
   * {@return a scheduler that takes queries and executors from now on}
   *
   * @throws io.datafusion.IoException if it cannot listen there
   */
  public static Scheduler start(SchedulerOptions options) {
    var role =
        io.datafusion.internal.message.SchedulerOptions.newBuilder()
            .setExecutorTimeout(options.executorTimeout);
    return new Scheduler(
        NativeNode.start(
            "Scheduler",
            options.settings.session(),
            options.settings.message().setScheduler(role),
            Duration.ZERO));
  }

  /** {@return where it listens, for {@link Executor#start} and {@code SessionContext.connect}} */
  public String url() {
    return url;
  }

  /** Stops it; the queries that it runs fail. Harmless a second time. */
  @Override
  public void close() {
    node.close();
  }

  @Override
  public String toString() {
    return "Scheduler " + url;
  }
}
