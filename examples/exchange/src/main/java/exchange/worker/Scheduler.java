package exchange.worker;

import io.datafusion.LogicalPlan;
import io.datafusion.SessionContext;
import io.datafusion.codec.FunctionForm;
import io.datafusion.codec.FunctionFrame;
import io.datafusion.codec.PlanInspector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Stands between sender and worker: reads a plan, shows what it holds, optimises it, and hands it
 * on to a worker JVM. It has none of the functions' classes and defines none.
 *
 * <p>Arguments: the sender's message, the file for the worker's message, the worker's log of the
 * classes that it loads.
 */
public final class Scheduler {
  private Scheduler() {}

  /**
   * Schedules.
   *
   * @param arguments two files of plans and one of classes
   * @throws Exception when something fails
   */
  public static void main(String[] arguments) throws Exception {
    byte[] received = Files.readAllBytes(Path.of(arguments[0]));
    try (SessionContext session = SessionContext.create()) {
      LogicalPlan plan = LogicalPlan.fromBytes(session, received);
      LogicalPlan optimized = plan.optimized(session);
      byte[] sent = optimized.toBytes(session);
      Files.write(Path.of(arguments[1]), sent);
      show(received, sent);
      System.out.println("scheduler: before\n" + plan.display().indent(2).stripTrailing());
      System.out.println("scheduler: after\n" + optimized.display().indent(2).stripTrailing());
    }
    String worker = "-Xlog:class+load:file=" + arguments[2];
    System.out.print(Jvm.run(List.of(worker), Receiver.class, "enabled", "none", arguments[1]));
  }

  private static void show(byte[] received, byte[] sent) {
    for (PlanInspector.Function function : PlanInspector.logicalPlan(received).functions()) {
      if (function.inlined()) {
        System.out.printf(
            "scheduler: received %s, %d bytes, carries %s%n",
            function.name(), function.frameSize(), function.carried());
      }
    }
    Set<String> before = payloads(received);
    Set<String> after = payloads(sent);
    System.out.printf(
        "scheduler: sends %d functions, byte for byte %s%n",
        after.size(), before.equals(after) ? "as they came" : "DIFFERENT FROM WHAT CAME");
  }

  /** The functions in a plan as they stand there, each byte as one character. */
  private static Set<String> payloads(byte[] message) {
    String text = new String(message, StandardCharsets.ISO_8859_1);
    var payloads = new ArrayList<String>();
    int from = 0;
    for (PlanInspector.Function function : PlanInspector.logicalPlan(message).functions()) {
      if (function.form() instanceof FunctionForm.Inlined(FunctionFrame frame)) {
        int at = text.indexOf(frame.family(), from);
        from = at + frame.size();
        payloads.add(text.substring(at, from));
      }
    }
    return new TreeSet<>(payloads);
  }
}
