package onspark.driver;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import onspark.executor.Evaluated;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;

/** Spark's cluster on one machine: master and workers in this process, two executor JVMs. */
final class LocalCluster implements AutoCloseable {
  private static final long SECONDS_OF_A_JOB = 90;

  private final JavaSparkContext spark;

  private LocalCluster(JavaSparkContext spark) {
    this.spark = spark;
  }

  /**
   * {@return a cluster both of whose executors are there}
   *
   * @param taskJar the classes of the tasks, which Spark sends to the executors
   * @param added what else is on the executors' class path
   */
  static LocalCluster start(Path taskJar, Path added) {
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[2,1,512]")
            .setAppName("datafusion-panama")
            .set("spark.jars", taskJar.toString())
            .set("spark.executor.extraClassPath", added.resolve("*").toString())
            .set("spark.executor.memory", "512m")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.ui.enabled", "false")
            .set("spark.scheduler.minRegisteredResourcesRatio", "1")
            .set("spark.scheduler.maxRegisteredResourcesWaitingTime", "120s");
    return new LocalCluster(new JavaSparkContext(conf));
  }

  /** {@return a running job, which hands messages in partitions to tasks} */
  JavaFutureAction<List<Evaluated>> submit(
      List<byte[]> messages, FlatMapFunction<Iterator<byte[]>, Evaluated> task) {
    JavaRDD<byte[]> partitions = spark.parallelize(messages, Trips.PARTITIONS);
    return partitions.mapPartitions(task).collectAsync();
  }

  /** {@return what a job answers, in the order of the messages} */
  static List<Evaluated> await(JavaFutureAction<List<Evaluated>> job) throws Exception {
    return job.get(SECONDS_OF_A_JOB, TimeUnit.SECONDS);
  }

  /** Ends the executors, whatever became of Spark. */
  @Override
  public void close() {
    try {
      spark.stop();
    } finally {
      ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }
  }
}
