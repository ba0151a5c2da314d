package user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static user.Extension.Fixture.CATALOGS;
import static user.Extension.Fixture.CITIES;
import static user.Extension.Fixture.FACTORY;
import static user.Extension.Fixture.OPTIONS;

import io.datafusion.ConfigurationException;
import io.datafusion.PlanException;
import io.datafusion.SessionContext;
import io.datafusion.capsule.Capsule;
import io.datafusion.udf.ScalarUdf;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** contract 24: what a session knows by name, out of it and into it. */
@ExtendWith(ReleasedFixtures.class)
class CatalogCapsuleTest {
  private static final Extension LIBRARY = Extension.FIRST;

  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  private String one(String sql) {
    return ctx.sql(sql).toText(1).lines().skip(3).findFirst().orElseThrow().strip();
  }

  private void register(Extension.Fixture fixture) {
    try (Capsule capsule = LIBRARY.capsule(fixture, ctx)) {
      ctx.register(capsule);
    }
  }

  private void register(String name, Extension.Fixture fixture) {
    try (Capsule capsule = LIBRARY.capsule(fixture, ctx)) {
      ctx.register(name, capsule);
    }
  }

  @Test
  void anotherLibraryReadsASchemaAndACatalog() {
    ScalarUdf plus = ScalarUdf.of("plus_one", Long.class, Long.class, n -> n + 1);
    ctx.register(plus);
    ctx.sql("CREATE SCHEMA s");
    ctx.sql("CREATE TABLE s.t AS SELECT value AS n FROM range(0, 5)");
    ctx.sql("CREATE VIEW s.v AS SELECT plus_one(n) AS n FROM s.t");
    try (Capsule schema = ctx.exportSchema("s");
        Capsule catalog = ctx.exportCatalog("datafusion")) {
      assertThat(schema.name()).isEqualTo(Capsule.SCHEMA_PROVIDER);
      assertThat(LIBRARY.query(schema, "SELECT sum(n) AS s FROM host.t")).contains("| 10 |");
      assertThat(LIBRARY.query(schema, "SELECT sum(n) AS s FROM host.v")).contains("| 15 |");
      assertThat(LIBRARY.query(schema, "SELECT sum(n) AS s FROM host.t WHERE n > 3"))
          .contains("| 4 |");
      assertThat(catalog.name()).isEqualTo(Capsule.CATALOG_PROVIDER);
      assertThat(LIBRARY.query(catalog, "SELECT max(n) AS m FROM host.s.v")).contains("| 5 |");
      assertThat(LIBRARY.query(catalog, "SELECT n FROM host.s.nothing"))
          .startsWith("error")
          .contains("nothing");
    }
  }

  @Test
  void whatAnotherLibraryMakesInASchemaIsHere() {
    try (Capsule schema = ctx.exportSchema("datafusion.public")) {
      LIBRARY.query(schema, "CREATE VIEW host.made AS SELECT 7 AS n; SELECT 1 AS n");
    }
    assertThat(ctx.sql("SHOW TABLES").toText(9)).contains("made");
    ctx.sql("DROP VIEW made");
  }

  @Test
  void aSchemaOutlivesItsSession() {
    Capsule schema;
    try (SessionContext other = SessionContext.create()) {
      other.sql("CREATE TABLE t AS SELECT 42 AS n");
      schema = other.exportSchema("public");
    }
    try (schema) {
      assertThat(LIBRARY.query(schema, "SELECT n FROM host.t")).contains("| 42 |");
      ctx.register("taken", schema);
    }
    assertThat(one("SELECT n FROM taken.t")).isEqualTo("| 42 |");
  }

  @Test
  void whatThereIsNotIsNotExported() {
    assertThatThrownBy(() -> ctx.exportSchema("nowhere"))
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> ctx.exportCatalog("nowhere")).isInstanceOf(PlanException.class);
  }

  /** A session that held its own catalog through a capsule would hold itself for ever. */
  @Test
  void aSessionTakesItsOwnBackAsItIs() {
    register("cities", CITIES);
    try (Capsule table = ctx.export("cities");
        Capsule schema = ctx.exportSchema("public");
        Capsule catalog = ctx.exportCatalog("datafusion")) {
      ctx.register("own_table", table);
      ctx.register("own_schema", schema);
      ctx.register("own_catalog", catalog);
    }
    assertThat(one("SELECT count(*) AS c FROM own_table")).isEqualTo("| 3 |");
    assertThat(one("SELECT count(*) AS c FROM own_schema.own_table")).isEqualTo("| 3 |");
    assertThat(one("SELECT count(*) AS c FROM own_catalog.public.cities")).isEqualTo("| 3 |");
  }

  @Test
  void aListOfCatalogsTakesThePlaceOfTheOwn() {
    ctx.sql("CREATE TABLE t AS SELECT 1 AS n");
    register(CATALOGS);
    assertThat(one("SELECT max(name) AS n FROM world.places.cities")).isEqualTo("| Riga |");
    assertThatThrownBy(() -> ctx.sql("SELECT * FROM t")).isInstanceOf(PlanException.class);
  }

  @Test
  void aFactoryMakesTablesOfAFormat() {
    register("cities", FACTORY);
    ctx.sql("CREATE EXTERNAL TABLE two STORED AS CITIES LOCATION '2'");
    assertThat(one("SELECT max(name) AS n FROM two")).isEqualTo("| Oslo |");
    assertThat(one("SELECT name FROM two WHERE id = 1")).isEqualTo("| Bern |");
    assertThatThrownBy(
            () -> ctx.sql("CREATE EXTERNAL TABLE t STORED AS CITIES LOCATION 'elsewhere'"))
        .isInstanceOf(io.datafusion.DataFusionException.class)
        .hasMessageContaining("elsewhere");
    assertThatThrownBy(() -> register("Cities", FACTORY))
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("Cities");
    assertThatThrownBy(() -> register("parquet", FACTORY)).isInstanceOf(PlanException.class);
  }

  @Test
  void optionsOfAnotherLibraryAreSetAndShown() {
    assertThatThrownBy(() -> ctx.sql("SET cities.most = 1"))
        .isInstanceOf(ConfigurationException.class);
    register(OPTIONS);
    register("cities", FACTORY);
    assertThat(ctx.setting("cities.most")).isEqualTo(Optional.of("3"));
    ctx.sql("SET cities.most = 1");
    assertThat(ctx.settings()).containsEntry("cities.most", Optional.of("1"));
    assertThat(ctx.sql("SHOW cities.most").toText(9)).contains("| cities.most | 1 ");
    ctx.sql("CREATE EXTERNAL TABLE three STORED AS CITIES LOCATION '3'");
    assertThat(one("SELECT count(*) AS c FROM three"))
        .as("the library reads what was set")
        .isEqualTo("| 1 |");
    for (String key : List.of("cities.least", "nowhere.most", "cities")) {
      assertThatThrownBy(() -> ctx.sql("SET " + key + " = 1"))
          .as(key)
          .isInstanceOf(ConfigurationException.class);
    }
    ctx.sql("SET datafusion.execution.batch_size = 100");
    assertThat(ctx.setting("datafusion.execution.batch_size")).contains("100");
  }
}
