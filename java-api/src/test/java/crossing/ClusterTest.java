package crossing;

import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.LogicalPlan;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.UserDefinedFunction;
import io.datafusion.udf.Volatility;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import user.Aggregates;
import user.Windows;

/** Queries with Java functions on two executor JVMs that lack their classes: answers as local. */
@Timeout(120)
class ClusterTest {
  private static final int FILES = 4;

  @TempDir static Path folder;

  private static TestCluster cluster;
  private static SessionContext local;
  private static SessionContext remote;

  @BeforeAll
  static void start() throws IOException {
    Path data = folder.resolve("t");
    try (var session = SessionContext.create()) {
      for (int file = 0; file < FILES; file++) {
        session
            .sql(
                """
                SELECT value AS id, value %% 7 AS g, CAST(value AS DOUBLE) / 4 AS x,
                  CASE WHEN value %% 5 = 0 THEN NULL ELSE 'text ' || value END AS s
                FROM generate_series(%d, %d)\
                """
                    .formatted(file * 250 + 1, file * 250 + 250))
            .write(ParquetSink.of(data.resolve(file + ".parquet").toString()));
      }
    }
    cluster = TestCluster.of(folder, 2);
    local = prepared(SessionContext.create(SessionConfig.of().withTargetPartitions(4)));
    remote = prepared(cluster.connect());
  }

  private static SessionContext prepared(SessionContext session) {
    session.register("t", Parquet.of(folder.resolve("t").toString()));
    functions().forEach(session::register);
    return session;
  }

  private static List<UserDefinedFunction> functions() {
    long size = 100;
    return List.of(
        ScalarUdf.of("bucket", Long.class, Long.class, id -> id / size),
        ScalarUdf.of("plus", Double.class, Double.class, x -> x + size),
        ScalarUdf.of("shout", String.class, String.class, s -> s.toUpperCase() + "!"),
        ScalarUdf.of("pid", Long.class, Long.class, _ -> ProcessHandle.current().pid())
            .withVolatility(Volatility.VOLATILE),
        Aggregates.Way.RECORD.mean("my_mean"),
        Aggregates.Way.GROUPS.mean("our_mean"),
        Windows.sum(),
        Windows.rank(),
        Windows.lag());
  }

  @AfterAll
  static void stop() {
    local.close();
    remote.close();
    cluster.close();
  }

  private static String rows(SessionContext session, String sql) {
    return Rows.of(session.sql(sql).execute());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id, plus(x), shout(s) FROM t ORDER BY id",
        "SELECT bucket(id) b, count(*), sum(plus(x)) FROM t GROUP BY bucket(id) ORDER BY b",
        "SELECT g, my_mean(x), our_mean(x) FROM t GROUP BY g ORDER BY g",
        "SELECT my_mean(x), our_mean(plus(x)) FROM t",
        "SELECT id, my_sum(id) OVER (PARTITION BY g ORDER BY id ROWS 2 PRECEDING) FROM t"
            + " ORDER BY id",
        "SELECT id, my_rank() OVER (PARTITION BY bucket(id) ORDER BY g) r FROM t ORDER BY id",
        "SELECT id, sum(x) OVER (PARTITION BY bucket(id) ORDER BY id) FROM t ORDER BY id",
        "SELECT count(*), sum(a.id) FROM t a JOIN t b ON bucket(a.id) = bucket(b.id) + 1",
        "SELECT id FROM t ORDER BY shout(s) DESC NULLS LAST, id LIMIT 20",
        "SELECT id FROM t WHERE bucket(id) = 3 AND shout(s) LIKE 'TEXT 3_1!' ORDER BY id",
        "SELECT g, array_sort(array_agg(bucket(id))) FROM t GROUP BY g ORDER BY g",
        "SELECT g, count(DISTINCT bucket(id)) FROM t GROUP BY g ORDER BY g",
        "SELECT id FROM t WHERE id NOT IN (SELECT id FROM t WHERE g < 5) ORDER BY id",
        "SELECT 1 AS id UNION ALL SELECT id FROM t WHERE id < 5 ORDER BY id",
        "SELECT * FROM t WHERE false",
        "SELECT count(*) FROM t UNION ALL SELECT 7 UNION ALL SELECT id FROM t WHERE id < 3"
            + " ORDER BY 1",
        "SELECT count(*) FROM t",
        "SELECT 1 + 1",
        "VALUES (1, 'a'), (2, 'b')",
      })
  void answersAreLocalOnes(String sql) {
    assertThat(rows(remote, sql)).isEqualTo(rows(local, sql));
  }

  @Test
  void functionsAreCalledInTheExecutors() {
    Set<Long> pids = new TreeSet<>();
    for (int round = 0; round < 10 && pids.size() < 2; round++) {
      pids.addAll(longs(remote, "SELECT pid(id) FROM t"));
    }
    assertThat(pids).isEqualTo(cluster.pids()).doesNotContain(ProcessHandle.current().pid());
  }

  private static List<Long> longs(SessionContext session, String sql) {
    return rows(session, sql).lines().map(Long::valueOf).toList();
  }

  @Test
  void plansOutOfBytesRunThere() {
    byte[] bytes = local.sql("SELECT sum(plus(x)), count(pid(id)) FROM t").logicalPlan().toBytes();
    var plan = LogicalPlan.fromBytes(remote, bytes);
    assertThat(Rows.of(remote.dataFrame(plan).execute()))
        .isEqualTo(Rows.of(local.dataFrame(LogicalPlan.fromBytes(local, bytes)).execute()));
  }

  @Test
  void rowsInMemoryTravelWithTheQuery() {
    for (SessionContext session : List.of(local, remote)) {
      session.sql("CREATE TABLE m AS SELECT id, x FROM t WHERE id % 2 = 0");
    }
    String sql = "SELECT count(*), sum(plus(m.x)) FROM m JOIN t ON t.id = m.id";
    assertThat(rows(remote, sql)).isEqualTo(rows(local, sql));
    assertThat(longs(remote, "SELECT id FROM m ORDER BY id LIMIT 3")).containsExactly(2L, 4L, 6L);
    assertThat(longs(remote, "SELECT id FROM m LIMIT 3")).hasSize(3);
  }
}
