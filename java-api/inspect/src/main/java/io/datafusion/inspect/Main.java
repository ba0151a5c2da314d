package io.datafusion.inspect;

import io.datafusion.MalformedPayloadException;
import io.datafusion.codec.PlanInspector;
import io.datafusion.codec.PlanInspector.Inspection;
import io.datafusion.codec.PlanInspector.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows what the bytes in a file hold. Exit status 0: shown; 1: the bytes are malformed; 2: the
 * command is wrong, the file cannot be read, or nobody said what the bytes are and they do not show
 * it.
 */
public final class Main {
  private static final int MALFORMED = 1;
  private static final int USAGE = 2;
  private static final String HELP =
      """
      usage: java -m io.datafusion.inspect FILE [--json] [--kind expr|plan|physical]
        FILE    bytes of an expression, a logical plan or an execution plan
        --json  as JSON instead of text
        --kind  which of the three it is; otherwise the bytes have to show it
      """;

  private Main() {}

  /** Runs the command and ends the process. */
  public static void main(String[] arguments) {
    int status = run(List.of(arguments), System.out, System.err);
    System.out.flush();
    System.exit(status);
  }

  private static int run(List<String> arguments, PrintStream out, PrintStream err) {
    try {
      Request request = Request.of(arguments);
      byte[] bytes = read(request.file);
      Message message = request.kinds.isEmpty() ? shown(bytes) : request.kinds.getFirst();
      Inspection found = PlanInspector.inspect(message, bytes);
      out.println(request.json ? found.toJson() : found.toText().stripTrailing());
      return 0;
    } catch (MalformedPayloadException e) {
      err.println(e.getMessage());
      return MALFORMED;
    } catch (WrongCommand e) {
      err.println(e.getMessage());
      return USAGE;
    }
  }

  private static final class WrongCommand extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongCommand(String message) {
      super(message);
    }
  }

  /**
   * What is asked.
   *
   * @param kinds the message, if it was said
   */
  private record Request(String file, boolean json, List<Message> kinds) {
    static Request of(List<String> arguments) {
      var files = new ArrayList<String>();
      var kinds = new ArrayList<Message>();
      boolean json = false;
      var rest = arguments.iterator();
      while (rest.hasNext()) {
        String argument = rest.next();
        if (argument.equals("--json")) {
          json = true;
        } else if (argument.equals("--kind")) {
          kinds.add(kind(rest.hasNext() ? rest.next() : ""));
        } else if (argument.startsWith("-")) {
          throw new WrongCommand("unknown option " + argument + "\n" + HELP);
        } else {
          files.add(argument);
        }
      }
      if (files.size() != 1 || kinds.size() > 1) {
        throw new WrongCommand(HELP);
      }
      return new Request(files.getFirst(), json, List.copyOf(kinds));
    }

    private static Message kind(String name) {
      return switch (name) {
        case "expr" -> Message.EXPRESSION;
        case "plan" -> Message.LOGICAL_PLAN;
        case "physical" -> Message.EXECUTION_PLAN;
        default -> throw new WrongCommand("unknown kind '" + name + "'\n" + HELP);
      };
    }
  }

  private static byte[] read(String file) {
    try (InputStream bytes = Files.newInputStream(Path.of(file))) {
      byte[] read = bytes.readNBytes(PlanInspector.MAX_SIZE + 1);
      if (read.length > PlanInspector.MAX_SIZE) {
        throw new MalformedPayloadException(
            file + ": more than " + PlanInspector.MAX_SIZE + " bytes", null);
      }
      return read;
    } catch (IOException | InvalidPathException e) {
      throw new WrongCommand("cannot read " + file + ": " + e);
    }
  }

  /** {@return what the bytes show that they are} */
  private static Message shown(byte[] bytes) {
    List<Message> readings = PlanInspector.readings(bytes);
    if (readings.size() == 1) {
      return readings.getFirst();
    }
    refuseIfMalformed(bytes);
    throw new WrongCommand(
        "the bytes do not show which of the three they are: say --kind expr, plan or physical");
  }

  /** Bytes that are nothing at all are malformed, and not a question of the kind. */
  private static void refuseIfMalformed(byte[] bytes) {
    var reasons = new ArrayList<String>();
    for (Message message : Message.values()) {
      try {
        PlanInspector.inspect(message, bytes);
        return;
      } catch (MalformedPayloadException e) {
        reasons.add(e.getMessage());
      }
    }
    throw new MalformedPayloadException(String.join("\n", reasons), null);
  }
}
