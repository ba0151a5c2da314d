package exchange.strict;

import exchange.worker.Jvm;
import exchange.worker.Receiver;
import io.datafusion.LogicalPlan;
import io.datafusion.SessionContext;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.ScalarUdf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A receiver that takes no code: it refuses bytes with a function inside, and says the two
 * remedies, which are then tried.
 *
 * <p>The sender's function takes a rate of 0.18, the receiver's own of the same name one of 0.2: by
 * name, it is the receiver's that runs.
 *
 * <p>Argument: a work folder.
 */
public final class StrictReceiver {
  private StrictReceiver() {}

  /**
   * Sends a plan in both ways to receivers of both policies.
   *
   * @param arguments a work folder
   * @throws Exception when something fails
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    Path inlined = folder.resolve("inlined.bin");
    Path byName = folder.resolve("by-name.bin");
    try (SessionContext session = SessionContext.create();
        SessionContext naming = session.withUdfInlining(UdfInlining.disabled())) {
      double rate = 0.18;
      session.register(ScalarUdf.of("tip", Double.class, Double.class, fare -> fare * rate));
      LogicalPlan plan =
          session
              .sql("SELECT sum(tip(fare)) AS tips FROM (VALUES (40.0), (60.0)) AS t(fare)")
              .logicalPlan();
      Files.write(inlined, plan.toBytes(session));
      Files.write(byName, plan.toBytes(naming));
      System.out.printf(
          "sender: %d bytes with the function inside, %d bytes with its name%n",
          Files.size(inlined), Files.size(byName));
    }
    receive("a strict receiver", "disabled", "none", inlined, byName);
    receive("first remedy: it has a function of that name", "disabled", "tip", byName);
    receive("second remedy: it takes code", "enabled", "none", inlined);
    receive("a function of its own does not make it less strict", "disabled", "tip", inlined);
  }

  private static void receive(String title, String policy, String function, Path... files)
      throws Exception {
    var arguments = new String[files.length + 2];
    arguments[0] = policy;
    arguments[1] = function;
    for (int i = 0; i < files.length; i++) {
      arguments[i + 2] = files[i].toString();
    }
    System.out.println("\n" + title);
    System.out.print(Jvm.run(List.of(), Receiver.class, arguments));
  }
}
