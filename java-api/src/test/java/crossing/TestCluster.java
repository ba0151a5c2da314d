package crossing;

import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.cluster.Scheduler;
import io.datafusion.cluster.SchedulerOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A scheduler in this JVM, and executors in JVMs that have no test class. */
final class TestCluster implements AutoCloseable {
  private final Path folder;
  private final Scheduler scheduler;
  private final List<Process> executors = new ArrayList<>();

  private TestCluster(Path folder, SchedulerOptions options) {
    this.folder = folder;
    this.scheduler = Scheduler.start(options);
  }

  static TestCluster of(Path folder, int executors) throws IOException {
    var options = SchedulerOptions.of().withExecutorTimeout(Duration.ofSeconds(10));
    var cluster = new TestCluster(folder, options);
    try {
      for (int i = 0; i < executors; i++) {
        cluster.addExecutor();
      }
      return cluster;
    } catch (IOException | RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  String url() {
    return scheduler.url();
  }

  /** Starts one more executor, and waits for it. */
  Process addExecutor() throws IOException {
    var arguments =
        new ArrayList<>(
            List.of(
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
    arguments.addAll(ChildJvm.library(""));
    arguments.addAll(List.of("io.datafusion.cluster.Main", "executor", url()));
    arguments.addAll(List.of("--cores", "1", "--until-eof", "--work-directory", folder.toString()));
    Process process =
        ChildJvm.java(arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    executors.add(process);
    BufferedReader output = process.inputReader();
    assertThat(output.readLine()).startsWith("Executor http://127.0.0.1:");
    return process;
  }

  void stopScheduler() {
    scheduler.close();
  }

  List<Process> executors() {
    return executors;
  }

  Set<Long> pids() {
    Set<Long> pids = new HashSet<>();
    executors.forEach(process -> pids.add(process.pid()));
    return pids;
  }

  /** {@return a session with four partitions, whose rows between stages go over the network} */
  SessionContext connect() {
    return connect(SessionConfig.of());
  }

  SessionContext connect(SessionConfig config) {
    return SessionContext.connect(
        url(), config.withTargetPartitions(4).with("ballista.shuffle.force_remote_read", "true"));
  }

  @Override
  public void close() {
    try {
      for (Process process : executors) {
        process.getOutputStream().close();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
          throw new IllegalStateException("an executor does not end");
        }
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      executors.forEach(Process::destroyForcibly);
      scheduler.close();
    }
  }
}
