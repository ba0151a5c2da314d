package exchange.worker;

import io.datafusion.BatchStream;
import io.datafusion.DataFrame;
import io.datafusion.Parquet;
import io.datafusion.SessionContext;
import io.datafusion.exchange.WorkerContext;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.PrintStream;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;

/**
 * A worker of the pool: reads tasks from standard input until it ends, and answers each with a line
 * of text.
 *
 * <p>A task is a Java object in bytes of its own, after their number: one that is refused while it
 * is read leaves the connection where the next one begins. The worker's first line is its process
 * id and whether it knows the class that is its argument.
 */
public final class PoolWorker {
  private static final int LIMIT = 64 << 20;
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
      var tasks = new DataInputStream(System.in);
      for (byte[] task = next(tasks); task.length > 0; task = next(tasks)) {
        answers.println(answer(session, task));
      }
    }
  }

  /** The bytes of a task; none at the end. */
  private static byte[] next(DataInputStream tasks) throws IOException {
    try {
      int length = tasks.readInt();
      if (length < 0 || length > LIMIT) {
        throw new IOException("a task of " + length + " bytes");
      }
      return tasks.readNBytes(length);
    } catch (EOFException e) {
      return new byte[0];
    }
  }

  private static String answer(SessionContext session, byte[] bytes) {
    try {
      Task task = read(bytes);
      DataFrame rows = session.read(Parquet.of(task.file()));
      return "" + number(rows.aggregate(List.of(), List.of(task.partial())));
    } catch (IOException | ClassNotFoundException | RuntimeException e) {
      return "failed: " + e.toString().replace('\n', ' ');
    }
  }

  private static Task read(byte[] bytes) throws IOException, ClassNotFoundException {
    try (var stream = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      stream.setObjectInputFilter(WorkerContext.objectInputFilter(TASKS));
      return (Task) stream.readObject();
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
