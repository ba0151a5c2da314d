package ray.driver;

import static io.datafusion.Expr.col;

import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.SessionContext;
import io.ray.api.ObjectRef;
import io.ray.api.Ray;
import io.ray.api.exception.RayActorException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import ray.actor.Batches;

/**
 * Ships expressions and plans with functions inside to actors of Ray, and compares what they answer
 * with what this process makes of the same rows.
 *
 * <p>Argument: an empty folder. The cluster is the one that {@code -Dray.address} names.
 */
public final class Driver {
  private static final int ACTORS = 2;
  private static final int PARTITIONS = 4;
  private static final String SPREADS =
      """
      SELECT zone, spread(fare) FROM fares_{i} WHERE fare > 10 + {i} GROUP BY zone ORDER BY zone
      """;

  private final SessionContext session;
  private final Pool pool;
  private final List<byte[]> partitions = new ArrayList<>();
  private boolean same = true;

  private Driver(SessionContext session, Pool pool) throws IOException {
    this.session = session;
    this.pool = pool;
    for (int i = 0; i < PARTITIONS; i++) {
      partitions.add(Fares.partition(i, PARTITIONS));
    }
  }

  /**
   * Shows it all; exits with 1 when something is not as it should be.
   *
   * @param arguments an empty folder
   * @throws Exception when something fails
   */
  public static void main(String[] arguments) throws Exception {
    System.out.println("driver: pid " + ProcessHandle.current().pid());
    boolean same;
    Ray.init();
    try (SessionContext session = SessionContext.create()) {
      var driver = new Driver(session, Pool.start(ACTORS, Shipped.class));
      driver.expressions();
      driver.plan();
      driver.kill(Path.of(arguments[0]));
      driver.failure();
      same = driver.same;
    } finally {
      Ray.shutdown();
    }
    System.exit(same ? 0 : 1);
  }

  /** All are asked before the first answer is looked at, so that the actors have them at once. */
  private void expressions() throws Exception {
    Map<String, Expr> expressions = new LinkedHashMap<>();
    expressions.put("tips at 0.18", Shipped.tip(0.18).call(col("fare")));
    for (double threshold : new double[] {10, 25, 50}) {
      expressions.put("fares above " + threshold, Shipped.above(threshold).call(col("fare")));
    }
    Map<String, List<ObjectRef<Object[]>>> asked = new LinkedHashMap<>();
    expressions.forEach((name, expression) -> asked.put(name, evaluated(expression.toBytes())));
    for (var entry : asked.entrySet()) {
      var answers = new ArrayList<Answer>();
      for (ObjectRef<Object[]> answer : entry.getValue()) {
        answers.add(Pool.answer(answer));
      }
      show(entry.getKey(), answers, here(expressions.get(entry.getKey())));
    }
  }

  /** Begins to evaluate an expression over all partitions, which the actors take in turn. */
  private List<ObjectRef<Object[]>> evaluated(byte[] expression) {
    var asked = new ArrayList<ObjectRef<Object[]>>();
    for (int i = 0; i < PARTITIONS; i++) {
      asked.add(pool.evaluate(i % pool.size(), expression, partitions.get(i)));
    }
    return asked;
  }

  private List<Answer> here(Expr expression) throws IOException {
    var answers = new ArrayList<Answer>();
    for (byte[] partition : partitions) {
      answers.add(here(expression, partition));
    }
    return answers;
  }

  private Answer here(Expr expression, byte[] partition) throws IOException {
    byte[] made = Batches.evaluate(session, expression, partition);
    return Answer.of(ProcessHandle.current().pid(), made);
  }

  private void show(String name, List<Answer> answers, List<Answer> here) {
    var parts = new ArrayList<String>();
    for (Answer answer : answers) {
      parts.add(String.format(Locale.ROOT, "%.2f by %d", answer.sum(), answer.pid()));
    }
    double sum = answers.stream().mapToDouble(Answer::sum).sum();
    String all = String.format(Locale.ROOT, "%.2f (%s)", sum, String.join(", ", parts));
    System.out.println(name + ": " + all + ", " + compared(answers, here));
  }

  /** Row by row, and exactly. */
  private String compared(List<Answer> answers, List<Answer> here) {
    boolean equal = rows(answers).equals(rows(here));
    same &= equal;
    return equal ? "equal to the driver's own" : "DIFFERENT from the driver's own";
  }

  private static List<List<List<Object>>> rows(List<Answer> answers) {
    return answers.stream().map(Answer::rows).toList();
  }

  /** A plan for each actor, with the rows of a partition in it. */
  private void plan() throws Exception {
    session.register(Shipped.spread());
    for (int i = 0; i < pool.size(); i++) {
      try (var allocator = new RootAllocator();
          var reader =
              new ArrowStreamReader(new ByteArrayInputStream(partitions.get(i)), allocator)) {
        session.register("fares_" + i, reader);
      }
      LogicalPlan plan = session.sql(SPREADS.replace("{i}", "" + i)).optimizedPlan();
      Answer answer = Pool.answer(pool.run(i, plan.toBytes(session)));
      Answer here = Answer.of(ProcessHandle.current().pid(), Batches.run(session, plan));
      System.out.printf(
          "spread in partition %d: %s by %d, %s%n",
          i, answer.rows(), answer.pid(), compared(List.of(answer), List.of(here)));
    }
  }

  /** The process of an actor is killed while it evaluates. */
  private void kill(Path folder) throws Exception {
    Expr patient = Shipped.patient(folder.toString(), 0.5).call(col("fare"));
    byte[] partition = partitions.getFirst();
    ObjectRef<Object[]> asked = pool.evaluate(0, patient.toBytes(), partition);
    Shipped.waitFor(folder.resolve("pid"));
    long pid = Long.parseLong(Files.readString(folder.resolve("pid")));
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    try {
      Answer answer = Pool.answer(asked);
      same = false;
      System.out.println("killed: pid " + pid + ", and it ANSWERED " + answer.sum());
    } catch (RayActorException e) {
      System.out.println("killed: pid " + pid + " while it evaluated 'patient'; " + e);
    }
    Files.createFile(folder.resolve("go"));
    Answer again = pool.insist(0, patient.toBytes(), partition);
    same &= again.pid() != pid;
    show("asked again, halves", List.of(again), List.of(here(patient, partition)));
  }

  /** A function throws, and its actor goes on. */
  private void failure() throws Exception {
    byte[] partition = partitions.getFirst();
    byte[] strict = Shipped.strict(2.51).call(col("fare")).toBytes();
    try {
      Answer answer = Pool.answer(pool.evaluate(1, strict, partition));
      same = false;
      System.out.println("failed: NOTHING, there is an answer of pid " + answer.pid());
    } catch (Pool.FailureException e) {
      System.out.println("failed: " + e.getMessage());
    }
    Expr tip = Shipped.tip(0.2).call(col("fare"));
    Answer next = Pool.answer(pool.evaluate(1, tip.toBytes(), partition));
    show("after that, tips at 0.2", List.of(next), List.of(here(tip, partition)));
  }
}
