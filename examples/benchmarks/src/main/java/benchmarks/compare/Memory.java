package benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process holds, as Linux counts it; 0 elsewhere. */
final class Memory {
  private Memory() {}

  /** {@return megabytes now} */
  static long now(String process) throws IOException {
    return megabytes(process, "VmRSS:");
  }

  /** {@return megabytes at most} */
  static long peak(String process) throws IOException {
    return megabytes(process, "VmHWM:");
  }

  private static long megabytes(String process, String of) throws IOException {
    Path status = Path.of("/proc", process, "status");
    if (!Files.exists(status)) {
      return 0;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith(of)) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      }
    }
    return 0;
  }
}
