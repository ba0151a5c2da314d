package io.datafusion.cluster;

import io.datafusion.SessionContext;
import java.time.Duration;

/** How a {@link Scheduler} is started. Immutable: each {@code with} makes another one. */
public final class SchedulerOptions {
  private static final SchedulerOptions DEFAULT = new SchedulerOptions(NodeSettings.DEFAULT, 30);

  final NodeSettings settings;
  final int executorTimeout;

  private SchedulerOptions(NodeSettings settings, int executorTimeout) {
    this.settings = settings;
    this.executorTimeout = executorTimeout;
  }

  SchedulerOptions with(NodeSettings changed) {
    return new SchedulerOptions(changed, executorTimeout);
  }

  /** {@return a free port of the loopback address, the engine's functions, all inlined code} */
  public static SchedulerOptions of() {
    return DEFAULT;
  }

  /** {@return the options with an address to listen on} */
  public SchedulerOptions withHost(String host) {
    return with(settings.withHost(host));
  }

  /** {@return the options with a port to listen on; 0, as unless set: any that is free} */
  public SchedulerOptions withPort(int port) {
    return with(settings.withPort(port));
  }

  /** {@return the options with a limit in bytes on messages either way; 16 MiB unless set} */
  public SchedulerOptions withMessageLimit(int bytes) {
    return with(settings.withMessageLimit(bytes));
  }

  /**
   * {@return the options with a session whose functions, codecs and policy plans are read with} It
   * may be closed once the scheduler has started.
   */
  public SchedulerOptions withSession(SessionContext ctx) {
    return with(settings.withSession(ctx));
  }

  /**
   * {@return the options with a time after which an executor without a word counts as lost; 30
   * seconds unless set} An executor says something every 5 seconds, also under load. When all are
   * lost, jobs fail after as long again.
   */
  public SchedulerOptions withExecutorTimeout(Duration time) {
    int seconds = NodeSettings.whole(time, Duration.ofSeconds(1), "time");
    return new SchedulerOptions(settings, seconds);
  }
}
