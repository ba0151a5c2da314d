package exchange.pool;

import exchange.worker.Jvm;
import exchange.worker.PoolWorker;
import exchange.worker.Task;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Worker JVMs, each of which works on one task at a time. */
final class WorkerPool implements AutoCloseable {
  private final List<Worker> workers = new ArrayList<>();
  private final BlockingQueue<Worker> idle = new LinkedBlockingQueue<>();

  /** A result of one task. */
  record Answer(double number, long pid) {}

  private record Worker(
      Process process, DataOutputStream tasks, BufferedReader answers, long pid) {}

  /** {@return a pool all of whose workers are there} */
  static WorkerPool start(int size) throws IOException {
    var processes = new ArrayList<Process>();
    for (int i = 0; i < size; i++) {
      processes.add(Jvm.of(List.of(), PoolWorker.class, Thresholds.class.getName()).start());
    }
    var pool = new WorkerPool();
    for (Process process : processes) {
      BufferedReader answers = process.inputReader();
      String line = answers.readLine();
      if (line == null) {
        throw new IOException("a worker ended before it began");
      }
      String[] greeting = line.split("\t");
      System.out.printf(
          "worker: pid %s, %s the class of the functions%n",
          greeting[0], greeting[1].equals("true") ? "KNOWS" : "does not know");
      var tasks = new DataOutputStream(process.getOutputStream());
      pool.workers.add(new Worker(process, tasks, answers, Long.parseLong(greeting[0])));
    }
    pool.idle.addAll(pool.workers);
    return pool;
  }

  /** {@return what a worker answers} Waits until one is idle. */
  Answer run(Task task) throws IOException, InterruptedException {
    byte[] bytes = written(task);
    Worker worker = idle.take();
    try {
      worker.tasks.writeInt(bytes.length);
      worker.tasks.write(bytes);
      worker.tasks.flush();
      String answer = worker.answers.readLine();
      if (answer == null || answer.startsWith("failed")) {
        throw new IOException("worker " + worker.pid + " " + (answer == null ? "ended" : answer));
      }
      return new Answer(Double.parseDouble(answer), worker.pid);
    } finally {
      idle.put(worker); // also one that ended: whoever takes it must hear of that, and not wait
    }
  }

  /**
   * To bytes of its own: of a task with a function that cannot travel, no worker hears anything.
   */
  private static byte[] written(Task task) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var stream = new ObjectOutputStream(bytes)) {
      stream.writeObject(task);
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (Worker worker : workers) {
      worker.tasks.close();
      worker.process.waitFor();
    }
  }
}
