package crossing;

import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.Parquet;
import io.datafusion.SessionContext;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The 22 queries of TPC-H at scale factor 0.01 on two executor JVMs: answers as local. */
@Timeout(120)
class ClusterTpchTest {
  @TempDir static Path folder;

  private static TestCluster cluster;
  private static SessionContext local;
  private static SessionContext remote;

  @BeforeAll
  static void start() throws IOException {
    PythonPeer.open().tpch(folder.resolve("data"), "0.01");
    cluster = TestCluster.of(folder, 2);
    local = SessionContext.create();
    remote = cluster.connect();
    for (SessionContext session : List.of(local, remote)) {
      for (String table : TpchTest.TABLES) {
        session.register(
            table, Parquet.of(folder.resolve("data/" + table + ".parquet").toString()));
      }
    }
  }

  @AfterAll
  static void close() {
    local.close();
    remote.close();
    cluster.close();
  }

  static IntStream all() {
    return IntStream.rangeClosed(1, 22);
  }

  @ParameterizedTest
  @MethodSource("all")
  void answersAreLocalOnes(int query) throws IOException, URISyntaxException {
    Path queries = Path.of(ClusterTpchTest.class.getResource("tpch").toURI());
    String sql = Files.readString(queries.resolve("q" + query + ".sql"));
    String expected = Rows.of(local.sql(sql).execute());
    assertThat(expected).isNotEmpty();
    assertThat(Rows.of(remote.sql(sql).execute())).isEqualTo(expected);
  }
}
