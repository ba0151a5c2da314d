package onspark.executor;

import java.io.Serializable;
import org.apache.spark.TaskContext;

/**
 * What a task answers.
 *
 * @param partition the task's
 * @param pid of the process that evaluated it
 * @param knowsDriver whether that process has the classes of the driver
 * @param reads how many expressions and plans that process has read until then
 * @param rows a message of {@link Ipc}
 */
public record Evaluated(int partition, long pid, boolean knowsDriver, int reads, byte[] rows)
    implements Serializable {
  /** A class of the driver's, which its functions are defined in. */
  public static final String DRIVER = "onspark.driver.Fares";

  /** {@return an answer of this process, in a task} */
  static Evaluated here(byte[] rows) {
    long pid = ProcessHandle.current().pid();
    return new Evaluated(TaskContext.getPartitionId(), pid, driverIsKnown(), Engine.reads(), rows);
  }

  /** {@return whether this process has the classes of the driver} */
  public static boolean driverIsKnown() {
    return knows(Thread.currentThread().getContextClassLoader())
        || knows(Evaluated.class.getClassLoader())
        || knows(ClassLoader.getSystemClassLoader());
  }

  private static boolean knows(ClassLoader loader) {
    try {
      Class.forName(DRIVER, false, loader);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return "partition %d by pid %d, which %s %s (reads: %d)"
        .formatted(partition, pid, knowsDriver ? "KNOWS" : "does not know", DRIVER, reads);
  }
}
