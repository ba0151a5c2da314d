package io.datafusion.cluster;

import io.datafusion.internal.NativeNode;
import io.datafusion.internal.Texts;

/**
 * An executor in this process: it asks a scheduler for tasks, runs them, and keeps their rows for
 * the tasks behind them. It runs until it is closed.
 */
public final class Executor implements AutoCloseable {
  private final NativeNode node;
  private final String url;
  private final String id;

  private Executor(NativeNode node) {
    this.node = node;
    this.url = node.info().getUrl();
    this.id = node.info().getId();
  }

  /** {@return an executor on a free port of the loopback address} */
  public static Executor start(String scheduler) {
    return start(scheduler, ExecutorOptions.of());
  }

  /**
   * {@return an executor that the scheduler knows}
   *
   * @param scheduler the url of the scheduler
   * @throws io.datafusion.ExecutionException if the scheduler does not answer in time
   * @throws io.datafusion.IoException if it cannot listen there, or has no folder to write to
   */
  public static Executor start(String scheduler, ExecutorOptions options) {
    var role =
        io.datafusion.internal.message.ExecutorOptions.newBuilder()
            .setScheduler(Texts.check(scheduler, "the scheduler's url"))
            .setCores(options.cores)
            .setWorkDirectory(options.workDirectory.toAbsolutePath().toString())
            .setConnectMillis((int) options.connect.toMillis());
    return new Executor(
        NativeNode.start(
            "Executor",
            options.settings.session(),
            options.settings.message().setExecutor(role),
            options.drain));
  }

  /** {@return where others fetch rows from} */
  public String url() {
    return url;
  }

  /** {@return what the scheduler knows it by} */
  public String id() {
    return id;
  }

  /** {@return whether the scheduler answered when it was last asked for tasks} */
  public boolean isConnected() {
    return node.info().getConnected();
  }

  /**
   * Takes no more tasks, lets those end that run, and leaves nothing behind. Harmless a second
   * time.
   */
  @Override
  public void close() {
    node.close();
  }

  @Override
  public String toString() {
    return "Executor " + url;
  }
}
