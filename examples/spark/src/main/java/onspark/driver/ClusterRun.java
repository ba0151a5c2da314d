package onspark.driver;

import static io.datafusion.Expr.col;

import io.datafusion.DataFrame;
import io.datafusion.Expr;
import io.datafusion.Parquet;
import io.datafusion.SessionContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import onspark.driver.Loss.Begun;
import onspark.executor.Evaluated;
import onspark.executor.PlanRunner;
import onspark.executor.PortableExpr;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The driver of a Spark cluster whose executors evaluate expressions and plans with Java functions
 * that they have no class of, one of them until it is killed.
 *
 * <p>Arguments: a work folder, the jar of the tasks, the folder of the jars that are added to the
 * executors.
 */
public final class ClusterRun {
  private static final long PERCENT = 18;
  private static final String PARTIAL =
      """
      SELECT zone, count(*) AS trips, sum(tip(cents)) AS tips, largest(cents) AS largest
      FROM trips GROUP BY zone
      """;
  private static final String COMBINED =
      """
      SELECT zone, sum(trips) AS trips, sum(tips) AS tips, largest(largest) AS largest
      FROM parts GROUP BY zone ORDER BY zone
      """;

  private final SessionContext session;
  private final LocalCluster cluster;
  private final Rows rows;
  private final Trips trips;
  private boolean same = true;

  private ClusterRun(SessionContext session, LocalCluster cluster, Rows rows, Trips trips) {
    this.session = session;
    this.cluster = cluster;
    this.rows = rows;
    this.trips = trips;
  }

  /**
   * Runs three jobs; exits with 1 when a result differs from the driver's own.
   *
   * @param arguments a work folder, the tasks' jar, the folder of added jars
   */
  public static void main(String[] arguments) {
    boolean same = false;
    try {
      same = run(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]));
    } catch (Exception | Error e) {
      e.printStackTrace();
    }
    System.exit(same ? 0 : 1); // Spark may have left threads
  }

  private static boolean run(Path work, Path taskJar, Path added) throws Exception {
    System.out.printf(
        "driver: pid %d, which %s %s%n",
        ProcessHandle.current().pid(),
        Evaluated.driverIsKnown() ? "knows" : "DOES NOT KNOW",
        Evaluated.DRIVER);
    try (SessionContext session = SessionContext.create();
        BufferAllocator allocator = new RootAllocator();
        LocalCluster cluster = LocalCluster.start(taskJar, added)) {
      Trips trips = Trips.make(session, allocator, work.resolve("trips"));
      var run = new ClusterRun(session, cluster, new Rows(session, allocator), trips);
      run.expression();
      run.plan();
      run.loss(Files.createDirectories(work.resolve("begun")));
      return run.same;
    }
  }

  /** A function that captured a value, over batches. */
  private void expression() throws Exception {
    Expr tip = Fares.tip(PERCENT).call(col("cents"));
    PortableExpr task = PortableExpr.of(session, tip);
    System.out.printf("%nexpression: %d bytes for each executor%n", task.size());
    List<Evaluated> answers = LocalCluster.await(cluster.submit(trips.messages(), task));
    judgeTips("expression", answers);
  }

  /** A scalar function and an aggregate inside a plan for each file; the driver adds up. */
  private void plan() throws Exception {
    session.register(Fares.tip(PERCENT));
    session.register(Fares.largest());
    List<byte[]> plans = new ArrayList<>();
    for (Path file : trips.files()) {
      session.register("trips", Parquet.of(file));
      plans.add(session.sql(PARTIAL).optimizedPlan().toBytes(session));
      session.deregister("trips");
    }
    System.out.printf("%nplan: %d bytes for each partition%n", plans.getFirst().length);
    List<Evaluated> answers = LocalCluster.await(cluster.submit(plans, new PlanRunner()));
    show("plan", answers);

    DataFrame parts = rows.frame(answers.getFirst().rows());
    for (Evaluated answer : answers.subList(1, answers.size())) {
      parts = parts.union(rows.frame(answer.rows()));
    }
    session.register("parts", parts);
    DataFrame combined = session.sql(COMBINED);
    String[] files = trips.files().stream().map(Path::toString).toArray(String[]::new);
    session.register("trips", Parquet.of(files));
    List<List<Object>> zones = rows.values(combined);
    for (List<Object> zone : zones) {
      System.out.printf("plan: zone %s: %s trips, %s cents, largest %s%n", zone.toArray());
    }
    judge("plan", "the rows", zones.equals(rows.values(session.sql(PARTIAL + "ORDER BY zone"))));
  }

  /** The expression again; one executor is killed while it is inside the function. */
  private void loss(Path folder) throws Exception {
    Expr tip = Fares.gatedTip(PERCENT, folder.toString()).call(col("cents"), col("partition"));
    System.out.println();
    var job = cluster.submit(trips.messages(), PortableExpr.of(session, tip));
    var loss = new Loss(folder);
    List<Begun> begun = loss.awaitBegun(2);
    for (Begun at : begun) {
      System.out.printf("loss: partition %d begun by pid %d%n", at.partition(), at.pid());
    }
    Begun victim = begun.getFirst();
    Loss.kill(victim.pid());
    System.out.printf(
        "loss: pid %d is dead, killed inside the function of partition %d%n",
        victim.pid(), victim.partition());
    loss.go();
    List<Evaluated> answers = LocalCluster.await(job);
    judgeTips("loss", answers);
    Evaluated other =
        answers.stream().filter(one -> one.partition() == victim.partition()).findFirst().get();
    System.out.printf(
        "loss: pid %d took over partition %d of pid %d%n",
        other.pid(), victim.partition(), victim.pid());
  }

  private static void show(String step, List<Evaluated> answers) {
    answers.forEach(answer -> System.out.println(step + ": " + answer));
  }

  private void judgeTips(String step, List<Evaluated> answers) throws Exception {
    show(step, answers);
    Expr tip = Fares.tip(PERCENT).call(col("cents"));
    List<List<Object>> theirs = new ArrayList<>();
    for (Evaluated answer : answers) {
      theirs.addAll(rows.values(answer.rows()));
    }
    List<List<Object>> ours = new ArrayList<>();
    for (byte[] message : trips.messages()) {
      ours.addAll(rows.values(rows.frame(message).select(tip)));
    }
    long sum = theirs.stream().mapToLong(row -> (Long) row.getFirst()).sum();
    judge(step, "%d tips, %d cents".formatted(theirs.size(), sum), theirs.equals(ours));
  }

  private void judge(String step, String what, boolean equal) {
    same &= equal;
    System.out.printf(
        "%s: %s, %s the driver's own%n", step, what, equal ? "equal to" : "DIFFERENT FROM");
  }
}
