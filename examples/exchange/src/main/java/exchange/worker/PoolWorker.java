package exchange.worker;

import io.datafusion.BatchStream;
import io.datafusion.DataFrame;
import io.datafusion.Parquet;
import io.datafusion.SessionContext;
import io.datafusion.exchange.WorkerContext;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.PrintStream;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;

/**
 * A worker of the pool: reads tasks as Java objects from standard input until a null comes, and
 * answers each with a line of text.
 *
 * <p>Its first line is its process id and whether it knows the class that is its argument.
 */
public final class PoolWorker {
  private static final ObjectInputFilter TASKS =
      ObjectInputFilter.Config.createFilter(Task.class.getName() + ";maxdepth=8;!*");

  private PoolWorker() {}

  /**
   * Works.
   *
   * @param arguments the name of a class that it should not know
   * @throws Exception when the sender went away
   */
  public static void main(String[] arguments) throws Exception {
    PrintStream answers = System.out;
    System.setOut(System.err); // what a function prints must not get between the answers
    try (SessionContext session = SessionContext.create()) {
      WorkerContext.setDefault(session);
      answers.println(ProcessHandle.current().pid() + "\t" + knows(arguments[0]));
      try (ObjectInputStream tasks = new ObjectInputStream(System.in)) {
        tasks.setObjectInputFilter(WorkerContext.objectInputFilter(TASKS));
        while (tasks.readObject() instanceof Task task) {
          answers.println(answer(session, task));
        }
      }
    }
  }

  private static String answer(SessionContext session, Task task) throws IOException {
    try {
      DataFrame rows = session.read(Parquet.of(task.file()));
      return "" + number(rows.aggregate(List.of(), List.of(task.partial())));
    } catch (RuntimeException e) {
      return "failed: " + e.toString().replace('\n', ' ');
    }
  }

  /**
   * {@return the number in the first row and column of a result}
   *
   * @throws IOException if the query fails while it runs
   */
  public static double number(DataFrame result) throws IOException {
    try (BatchStream stream = result.execute();
        RootAllocator allocator = new RootAllocator();
        ArrowReader reader = stream.reader(allocator)) {
      reader.loadNextBatch();
      return ((Number) reader.getVectorSchemaRoot().getVector(0).getObject(0)).doubleValue();
    }
  }

  private static boolean knows(String className) {
    try {
      Class.forName(className);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
