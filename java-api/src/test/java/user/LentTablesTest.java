package user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static user.Extension.Fixture.PLANNER;

import io.datafusion.InvalidArgumentException;
import io.datafusion.LogicalPlan;
import io.datafusion.NotImplementedException;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.capsule.Capsule;
import io.datafusion.udf.TableFunction;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What another library makes of tables of ours, with operators of its own between and around ours.
 */
@ExtendWith(ReleasedFixtures.class)
class LentTablesTest {
  private static final Extension LIBRARY = Extension.FIRST;

  @TempDir private Path folder;
  private final KeptRows kept = new KeptRows();
  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create(SessionConfig.of().withTargetPartitions(4));
    ctx.register("kept", kept);
    ctx.register("numbers", new Numbers(10_000, 1));
    ctx.register("parts", new Numbers(10_000, 3));
    String file = folder.resolve("small.parquet").toString();
    ctx.sql("SELECT n, n % 5 AS g FROM numbers").write(ParquetSink.of(file));
    ctx.register("small", Parquet.of(file));
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  private static String first(String text) {
    return text.lines().skip(3).findFirst().orElse(text).replace("|", "").strip();
  }

  private String query(String table, String sql) {
    try (Capsule capsule = ctx.export(table)) {
      return first(LIBRARY.query(capsule, sql));
    }
  }

  /** Each has operators that run on threads of the other library's runtime. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT column1 FROM (VALUES (1), (2), (3)) WHERE column1 > 1",
        "SELECT max(column1) FROM (VALUES (1), (2), (3)) GROUP BY column1 % 2",
        "SELECT a.column1 FROM (VALUES (1), (2)) a JOIN (VALUES (1), (2)) b ON a.column1 ="
            + " b.column1",
        "SELECT column1 FROM (VALUES (1), (2), (3)) ORDER BY column1 LIMIT 2",
        "SELECT 1 UNION ALL SELECT 2",
      })
  void insertsOfAnotherLibraryTakeAnyQuery(String rows) {
    assertThat(query("kept", "INSERT INTO host " + rows)).isEqualTo("2");
    assertThat(kept.rows).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "numbers", "parts"})
  void viewsAreScannedByAnotherLibrary(String of) {
    ctx.register("v", ctx.sql("SELECT n, n % 5 AS k FROM " + of + " WHERE n % 3 = 0"));
    assertThat(query("v", "SELECT count(*) FROM host")).isEqualTo("3334");
    assertThat(query("v", "SELECT count(*) FROM host WHERE k = 3")).isEqualTo("667");
    assertThat(query("v", "SELECT max(n) FROM host GROUP BY k ORDER BY 1 DESC")).isEqualTo("9999");
  }

  @Test
  void viewsWithOperatorsThatSpawnAreScannedByAnotherLibrary() {
    ctx.register("grouped", ctx.sql("SELECT n % 7 AS g, count(*) AS c FROM parts GROUP BY 1"));
    assertThat(query("grouped", "SELECT sum(c) FROM host WHERE g < 7")).isEqualTo("10000");
    ctx.register("few", ctx.sql("SELECT n FROM parts LIMIT 5"));
    assertThat(query("few", "SELECT count(*) FROM host")).isEqualTo("5");
    ctx.register(
        "joined",
        ctx.sql("SELECT a.n, b.g FROM parts a LEFT JOIN small b ON a.n = b.n AND b.g > 2"));
    assertThat(query("joined", "SELECT count(*) FROM host")).isEqualTo("10000");
    assertThat(query("joined", "SELECT count(g) FROM host")).isEqualTo("4000");
    ctx.register("all", ctx.sql("SELECT n FROM small UNION ALL SELECT n FROM parts"));
    assertThat(query("all", "SELECT count(*) FROM host WHERE n < 10")).isEqualTo("20");
  }

  /** Another session of this library, and a library that has the same engine in another file. */
  @Test
  void viewsAreScannedByAnotherSession() {
    ctx.register(
        "joined",
        ctx.sql("SELECT a.n, b.g FROM parts a LEFT JOIN small b ON a.n = b.n AND b.g > 2"));
    try (Capsule capsule = ctx.export("joined");
        SessionContext other = SessionContext.create()) {
      other.register("host", capsule);
      assertThat(first(other.sql("SELECT count(g) FROM host").toText(2))).isEqualTo("4000");
      byte[] bytes = other.sql("SELECT count(g) FROM host").logicalPlan().toBytes(other);
      assertThat(first(ctx.dataFrame(LogicalPlan.fromBytes(ctx, bytes)).toText(2)))
          .isEqualTo("4000");
    }
  }

  @Test
  void tablesOfAnotherSessionTravel() {
    try (Capsule capsule = ctx.export("numbers");
        SessionContext other = SessionContext.create();
        SessionContext third = SessionContext.create()) {
      other.register("host", capsule);
      byte[] bytes = other.sql("SELECT max(n) FROM host").logicalPlan().toBytes(other);
      assertThat(first(third.dataFrame(LogicalPlan.fromBytes(third, bytes)).toText(2)))
          .isEqualTo("9999");
    }
  }

  /** contract 16: what came in bytes comes to life by the call of another engine. */
  @Test
  void aPlannerOfAnotherLibraryScansTablesThatTravelled() {
    ctx.register(
        TableFunction.of(
            "upto",
            (session, arguments) ->
                session.table("numbers").limit(arguments.value(0, Long.class))));
    try (Capsule planner = LIBRARY.capsule(PLANNER, ctx);
        SessionContext planning = ctx.withQueryPlanner(planner)) {
      long planned = LIBRARY.planned();
      assertThat(first(planning.sql("SELECT sum(n) FROM parts").toText(2))).isEqualTo("49995000");
      assertThat(
              first(planning.sql("SELECT max(n) FROM parts WHERE n > 5 AND n % 3 = 1").toText(2)))
          .isEqualTo("9997");
      assertThat(first(planning.sql("SELECT count(*) FROM upto(5)").toText(2))).isEqualTo("5");
      assertThat(LIBRARY.planned()).isGreaterThanOrEqualTo(planned + 3);
    }
  }

  @Test
  void anInsertTravelsInLogicalPlansOnly() {
    var insert = ctx.sql("INSERT INTO kept SELECT n FROM numbers LIMIT 3");
    assertThatThrownBy(() -> insert.executionPlan().toBytes(ctx))
        .isInstanceOf(NotImplementedException.class)
        .hasMessageContaining("kept")
        .hasMessageContaining("logical plan");
    assertThat(kept.rows).isEmpty();
  }

  /** What none handles would be told once by every way to each. */
  @Test
  void codecsOfSessionsLieInEachOtherAFewTimesOnly() {
    SessionContext nested = ctx;
    for (int i = 0; i < 4; i++) {
      nested = withCodecOf(nested, "n" + i);
    }
    SessionContext deepest = nested;
    assertThatThrownBy(() -> withCodecOf(deepest, "more"))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("more")
        .hasMessageContaining("4 are the limit");
  }

  private static SessionContext withCodecOf(SessionContext session, String id) {
    try (Capsule codec = session.logicalExtensionCodec()) {
      return session.withLogicalExtensionCodec(codec, id);
    }
  }
}
