package onspark.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A folder by which the driver sees who evaluates what, and kills one of them in the middle. */
record Loss(Path folder) {
  private static final long SECONDS = 60;

  /** What a process was at when the driver looked. */
  record Begun(long partition, long pid) {
    static Begun of(Path file) {
      String[] name = file.getFileName().toString().split("-");
      return new Begun(Long.parseLong(name[0]), Long.parseLong(name[1]));
    }
  }

  /** {@return what so many processes are at, once they are} */
  List<Begun> awaitBegun(int processes) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (System.nanoTime() < end) {
      try (Stream<Path> files = Files.list(folder)) {
        List<Begun> begun = new ArrayList<>(files.map(Begun::of).toList());
        if (begun.stream().mapToLong(Begun::pid).distinct().count() >= processes) {
          return begun;
        }
      }
      Thread.sleep(20);
    }
    throw new IOException("not " + processes + " processes began in " + SECONDS + " seconds");
  }

  /** Kills a process, and returns when it is gone. */
  static void kill(long pid) throws Exception {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    process.destroyForcibly();
    process.onExit().get(SECONDS, TimeUnit.SECONDS);
  }

  /** Lets go on who is left. */
  void go() throws IOException {
    Files.createFile(folder.resolve("go"));
  }
}
