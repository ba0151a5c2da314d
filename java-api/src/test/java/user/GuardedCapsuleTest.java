package user;

import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.SessionContext;
import io.datafusion.capsule.Capsule;
import io.datafusion.internal.boundary.Faults;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** contract 25: a panic in what this library hands out is an error in the other one. */
@ExtendWith(ReleasedFixtures.class)
class GuardedCapsuleTest {
  private static final Extension LIBRARY = Extension.FIRST;

  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
    ctx.sql("CREATE TABLE t AS SELECT 1 AS n");
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  private Capsule export(String kind) {
    return switch (kind) {
      case "table" -> ctx.export("t");
      case "schema" -> ctx.exportSchema("public");
      case "catalog" -> ctx.exportCatalog("datafusion");
      case "planner" -> ctx.queryPlanner();
      case "plan" -> ctx.export(ctx.sql("SELECT n FROM t").executionPlan());
      default -> throw new AssertionError(kind);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "TableProvider::scan, table, SELECT * FROM host",
    "TableProvider::supports_filters_pushdown, table, SELECT * FROM host WHERE n = 1",
    "SchemaProvider::table, schema, SELECT * FROM host.t",
    "SchemaProvider::register_table, schema, CREATE VIEW host.v AS SELECT 1 AS n",
    "CatalogProvider::schema, catalog, SELECT * FROM host.public.t",
    "QueryPlanner::create_physical_plan, planner, SELECT 1 AS n",
    "ExecutionPlan::execute, plan, SELECT 1",
    "RecordBatchStream::poll_next, plan, SELECT 1",
  })
  void aPanicIsAnErrorToTheOtherLibrary(String method, String kind, String sql) {
    try (Capsule capsule = export(kind)) {
      Faults.inject(method);
      assertThat(LIBRARY.query(capsule, sql)).startsWith("error");
      assertThat(LIBRARY.query(capsule, sql)).as("afterwards").doesNotContain("error");
    }
  }
}
