package io.datafusion.cluster;

import io.datafusion.SessionContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/** How an {@link Executor} is started. Immutable: each {@code with} makes another one. */
public final class ExecutorOptions {
  private static final ExecutorOptions DEFAULT =
      new ExecutorOptions(
          NodeSettings.DEFAULT,
          Runtime.getRuntime().availableProcessors(),
          Path.of(System.getProperty("java.io.tmpdir")),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10));

  final NodeSettings settings;
  final int cores;
  final Path workDirectory;
  final Duration connect;
  final Duration drain;

  private ExecutorOptions(
      NodeSettings settings, int cores, Path workDirectory, Duration connect, Duration drain) {
    this.settings = settings;
    this.cores = cores;
    this.workDirectory = workDirectory;
    this.connect = connect;
    this.drain = drain;
  }

  ExecutorOptions with(NodeSettings changed) {
    return new ExecutorOptions(changed, cores, workDirectory, connect, drain);
  }

  /**
   * {@return a free port of the loopback address, as many partitions at a time as there are
   * processors, the engine's functions, all inlined code}
   */
  public static ExecutorOptions of() {
    return DEFAULT;
  }

  /** {@return the options with an address to listen on, where others reach it too} */
  public ExecutorOptions withHost(String host) {
    return with(settings.withHost(host));
  }

  /** {@return the options with a port to listen on; 0, as unless set: any that is free} */
  public ExecutorOptions withPort(int port) {
    return with(settings.withPort(port));
  }

  /** {@return the options with a limit in bytes on messages either way; 16 MiB unless set} */
  public ExecutorOptions withMessageLimit(int bytes) {
    return with(settings.withMessageLimit(bytes));
  }

  /**
   * {@return the options with a session whose functions, codecs and policy plans are read with} It
   * may be closed once the executor has started.
   */
  public ExecutorOptions withSession(SessionContext ctx) {
    return with(settings.withSession(ctx));
  }

  /** {@return the options with a number of partitions that run at a time} */
  public ExecutorOptions withCores(int count) {
    NodeSettings.positive(count, "count");
    return new ExecutorOptions(settings, count, workDirectory, connect, drain);
  }

  /**
   * {@return the options with a folder in which the executor makes one of its own, for the rows
   * between the stages of a query; the system's for temporary files unless set} What it made goes
   * when it is closed.
   */
  public ExecutorOptions withWorkDirectory(Path folder) {
    Objects.requireNonNull(folder, "folder");
    return new ExecutorOptions(settings, cores, folder, connect, drain);
  }

  /** {@return the options with a time in which the scheduler answers; 10 seconds unless set} */
  public ExecutorOptions withConnectTimeout(Duration time) {
    NodeSettings.whole(time, Duration.ofMillis(1), "time");
    return new ExecutorOptions(settings, cores, workDirectory, time, drain);
  }

  /**
   * {@return the options with a time that tasks have to end when the executor is closed; 10 seconds
   * unless set} Those that take longer are ended, and the scheduler gives them to others.
   */
  public ExecutorOptions withDrainTimeout(Duration time) {
    NodeSettings.whole(time, Duration.ofMillis(1), "time");
    return new ExecutorOptions(settings, cores, workDirectory, connect, time);
  }
}
