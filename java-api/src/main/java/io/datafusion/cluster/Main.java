package io.datafusion.cluster;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A scheduler or an executor as a process of its own:
 *
 * <pre>{@code
 * java -m io.datafusion/io.datafusion.cluster.Main scheduler --port 50050
 * java -m io.datafusion/io.datafusion.cluster.Main executor http://127.0.0.1:50050 --cores 4
 * }</pre>
 *
 * <p>It prints a line with its url once it takes work, and ends on a signal, or with {@code
 * --until-eof} when its input ends, as it does with the process that started it.
 */
public final class Main {
  private static final String USAGE =
      """
      usage: scheduler [--executor-timeout SECONDS] [options]
             executor SCHEDULER [--cores N] [--work-directory FOLDER] [options]
      options: --host ADDRESS  --port PORT  --message-limit BYTES  --until-eof\
      """;

  private boolean untilEof;

  private Main() {}

  /** Runs one; ends with status 2 for arguments that it does not know, 1 if it cannot start. */
  public static void main(String[] arguments) throws InterruptedException {
    var words = new ArrayDeque<>(List.of(arguments));
    var main = new Main();
    AutoCloseable node;
    try {
      node = main.start(words);
    } catch (IllegalArgumentException e) {
      fail(System.err, e.getMessage() + System.lineSeparator() + USAGE, 2);
      return;
    } catch (RuntimeException e) {
      fail(System.err, e.toString(), 1);
      return;
    }
    Thread stopped =
        new Thread(
            () -> {
              try {
                node.close();
              } catch (Exception e) {
                System.err.println(e);
              }
            });
    Runtime.getRuntime().addShutdownHook(stopped);
    System.out.println(node);
    if (main.untilEof) {
      drain();
      System.exit(0);
    }
    new CountDownLatch(1).await(); // a signal ends it
  }

  private static void fail(PrintStream stream, String message, int status) {
    stream.println(message);
    System.exit(status);
  }

  private static void drain() {
    try {
      while (System.in.read() >= 0) {
        continue;
      }
    } catch (IOException e) {
      System.err.println(e);
    }
  }

  private AutoCloseable start(Deque<String> arguments) {
    String role = next(arguments, "a role");
    return switch (role) {
      case "scheduler" -> Scheduler.start(scheduler(read(arguments)));
      case "executor" -> {
        String scheduler = next(arguments, "SCHEDULER");
        yield Executor.start(scheduler, executor(read(arguments)));
      }
      default -> throw new IllegalArgumentException("unknown role " + role);
    };
  }

  private static SchedulerOptions scheduler(Map<String, String> given) {
    SchedulerOptions options = SchedulerOptions.of().with(settings(given));
    String timeout = given.remove("--executor-timeout");
    if (timeout != null) {
      options = options.withExecutorTimeout(Duration.ofSeconds(Long.parseLong(timeout)));
    }
    checkAllKnown(given);
    return options;
  }

  private static ExecutorOptions executor(Map<String, String> given) {
    ExecutorOptions options = ExecutorOptions.of().with(settings(given));
    String cores = given.remove("--cores");
    if (cores != null) {
      options = options.withCores(Integer.parseInt(cores));
    }
    String folder = given.remove("--work-directory");
    if (folder != null) {
      options = options.withWorkDirectory(Path.of(folder));
    }
    checkAllKnown(given);
    return options;
  }

  /** Takes what both roles have out of the options. */
  private static NodeSettings settings(Map<String, String> given) {
    NodeSettings settings = NodeSettings.DEFAULT;
    String host = given.remove("--host");
    if (host != null) {
      settings = settings.withHost(host);
    }
    String port = given.remove("--port");
    if (port != null) {
      settings = settings.withPort(Integer.parseInt(port));
    }
    String limit = given.remove("--message-limit");
    if (limit != null) {
      settings = settings.withMessageLimit(Integer.parseInt(limit));
    }
    return settings;
  }

  private static void checkAllKnown(Map<String, String> left) {
    if (!left.isEmpty()) {
      throw new IllegalArgumentException("unknown option " + left.keySet().iterator().next());
    }
  }

  private Map<String, String> read(Deque<String> arguments) {
    var options = new LinkedHashMap<String, String>();
    while (!arguments.isEmpty()) {
      String name = arguments.pop();
      if (name.equals("--until-eof")) {
        untilEof = true;
      } else {
        options.put(name, next(arguments, "the value of " + name));
      }
    }
    return options;
  }

  private static String next(Deque<String> arguments, String what) {
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException(what + " is missing");
    }
    return arguments.pop();
  }
}
