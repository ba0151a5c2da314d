package io.datafusion.cluster;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;

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
      case "scheduler" -> Scheduler.start(scheduler(arguments));
      case "executor" -> Executor.start(next(arguments, "SCHEDULER"), executor(arguments));
      default -> throw new IllegalArgumentException("unknown role " + role);
    };
  }

  private SchedulerOptions scheduler(Deque<String> arguments) {
    var options =
        new Object() {
          SchedulerOptions now = SchedulerOptions.of();
        };
    read(
        arguments,
        (name, value) ->
            options.now =
                switch (name) {
                  case "--host" -> options.now.withHost(value);
                  case "--port" -> options.now.withPort(Integer.parseInt(value));
                  case "--message-limit" -> options.now.withMessageLimit(Integer.parseInt(value));
                  case "--executor-timeout" ->
                      options.now.withExecutorTimeout(Duration.ofSeconds(Long.parseLong(value)));
                  default -> throw new IllegalArgumentException("unknown option " + name);
                });
    return options.now;
  }

  private ExecutorOptions executor(Deque<String> arguments) {
    var options =
        new Object() {
          ExecutorOptions now = ExecutorOptions.of();
        };
    read(
        arguments,
        (name, value) ->
            options.now =
                switch (name) {
                  case "--host" -> options.now.withHost(value);
                  case "--port" -> options.now.withPort(Integer.parseInt(value));
                  case "--message-limit" -> options.now.withMessageLimit(Integer.parseInt(value));
                  case "--cores" -> options.now.withCores(Integer.parseInt(value));
                  case "--work-directory" -> options.now.withWorkDirectory(Path.of(value));
                  default -> throw new IllegalArgumentException("unknown option " + name);
                });
    return options.now;
  }

  private void read(Deque<String> arguments, BiConsumer<String, String> option) {
    while (!arguments.isEmpty()) {
      String name = arguments.pop();
      if (name.equals("--until-eof")) {
        untilEof = true;
      } else {
        option.accept(name, next(arguments, "the value of " + name));
      }
    }
  }

  private static String next(Deque<String> arguments, String what) {
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException(what + " is missing");
    }
    return arguments.pop();
  }
}
