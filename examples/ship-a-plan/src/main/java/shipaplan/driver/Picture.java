package shipaplan.driver;

import io.datafusion.codec.PlanInspector;
import java.util.Map;

/** What travelled: a bar for each message, and under it the functions found inside. */
final class Picture {
  private static final int WIDTH = 60;

  private Picture() {}

  static void print(Map<String, byte[]> messages) {
    int longest = messages.values().stream().mapToInt(bytes -> bytes.length).max().orElse(1);
    System.out.println("what travels:");
    for (String kind : new String[] {"logical", "physical", "expression"}) {
      byte[] bytes = messages.get(kind);
      PlanInspector.Inspection found =
          switch (kind) {
            case "logical" -> PlanInspector.logicalPlan(bytes);
            case "physical" -> PlanInspector.executionPlan(bytes);
            default -> PlanInspector.expression(bytes);
          };
      int functions = found.functions().stream().mapToInt(PlanInspector.Function::frameSize).sum();
      int dark = Math.max(1, functions * WIDTH / longest);
      int light = Math.max(1, (bytes.length - functions) * WIDTH / longest);
      System.out.printf(
          "  %-10s %7d bytes  %s%s%n", kind, bytes.length, "#".repeat(dark), ".".repeat(light));
      found.functions().stream()
          .filter(PlanInspector.Function::inlined)
          .map(Picture::line)
          .distinct()
          .forEach(System.out::println);
    }
    System.out.println("  (# functions, . the rest)\n");
  }

  private static String line(PlanInspector.Function function) {
    return String.format(
        "             # %-14s %6d bytes, carries %s",
        function.name(), function.frameSize(), function.carried());
  }
}
