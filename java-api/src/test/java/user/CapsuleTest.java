package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static user.Extension.Fixture.CATALOG;
import static user.Extension.Fixture.CITIES;
import static user.Extension.Fixture.CITIES_UP_TO;
import static user.Extension.Fixture.COUNTING_LOGICAL;
import static user.Extension.Fixture.OLD_LOGICAL;
import static user.Extension.Fixture.POSITION;
import static user.Extension.Fixture.SCHEMA;
import static user.Extension.Fixture.TOTAL;
import static user.Extension.Fixture.TRIPLE;

import crossing.ChildJvm;
import io.datafusion.IllegalCapsuleException;
import io.datafusion.MissingArgumentException;
import io.datafusion.PlanException;
import io.datafusion.SessionContext;
import io.datafusion.capsule.Capsule;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.TableFunction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** contract 23 to 25: functions and tables of another library, and of this one. */
@ExtendWith(ReleasedFixtures.class)
class CapsuleTest {
  private static final Extension LIBRARY = Extension.FIRST;

  @TempDir Path folder;
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

  private void register(Extension.Fixture function) {
    try (Capsule capsule = LIBRARY.capsule(function, ctx)) {
      ctx.register(capsule);
    }
  }

  private void register(String name, Extension.Fixture fixture) {
    try (Capsule capsule = LIBRARY.capsule(fixture, ctx)) {
      ctx.register(name, capsule);
    }
  }

  @Test
  void functionsOfAnotherLibraryAreCalled() {
    register(TRIPLE);
    register(TOTAL);
    register(POSITION);
    assertThat(one("SELECT sum(triple(value)) AS s FROM range(0, 1000)")).isEqualTo("| 1498500 |");
    assertThat(one("SELECT total(value) AS t FROM range(0, 1000)")).isEqualTo("| 499500 |");
    assertThat(
            one(
                "SELECT max(p) AS p FROM (SELECT row_position() OVER (ORDER BY value) AS p"
                    + " FROM range(0, 77))"))
        .isEqualTo("| 77 |");
  }

  @Test
  void tablesOfAnotherLibraryAreRead() {
    register("cities", CITIES);
    register("cities_up_to", CITIES_UP_TO);
    register("places", SCHEMA);
    register("world", CATALOG);
    assertThat(one("SELECT name FROM cities WHERE id = 2")).isEqualTo("| Oslo |");
    assertThat(one("SELECT count(*) AS c FROM cities_up_to(2)")).isEqualTo("| 2 |");
    assertThat(one("SELECT count(*) AS c FROM places.cities")).isEqualTo("| 3 |");
    assertThat(one("SELECT max(name) AS n FROM world.places.cities")).isEqualTo("| Riga |");
  }

  /** The other library evaluates the filter: the function goes there inside it. */
  @Test
  void aJavaFunctionIsPushedDownIntoATableOfAnotherLibrary() {
    ScalarUdf isShort =
        ScalarUdf.of("is_short", String.class, Boolean.class, name -> name.startsWith("R"));
    register("cities", CITIES);
    ctx.register(isShort);
    String plan = ctx.sql("EXPLAIN SELECT id FROM cities WHERE is_short(name)").toText(9);
    assertThat(plan).contains("full_filters=[is_short");
    assertThat(one("SELECT id FROM cities WHERE is_short(name)")).isEqualTo("| 3  |");
  }

  @Test
  void structsAreCheckedByNameAndVersion() {
    long codec = LIBRARY.open(OLD_LOGICAL, ctx);
    assertThatThrownBy(() -> Capsule.copyOf(Capsule.LOGICAL_EXTENSION_CODEC, codec))
        .isInstanceOf(IllegalCapsuleException.class)
        .hasMessageContaining("DataFusion 54")
        .hasMessageContaining("DataFusion 55");
    assertThatThrownBy(() -> Capsule.adopt(Capsule.LOGICAL_EXTENSION_CODEC, codec))
        .isInstanceOf(IllegalCapsuleException.class);
    LIBRARY.close(OLD_LOGICAL, codec, false);
    assertThatThrownBy(() -> Capsule.copyOf("datafusion_teapot", 64))
        .isInstanceOf(IllegalCapsuleException.class)
        .hasMessageContaining("datafusion_teapot");
    assertThatThrownBy(() -> Capsule.copyOf(Capsule.TABLE_PROVIDER, 0))
        .isInstanceOf(MissingArgumentException.class);
    assertThatThrownBy(() -> Capsule.copyOf(Capsule.TABLE_PROVIDER, 61))
        .isInstanceOf(IllegalCapsuleException.class);
  }

  @Test
  void aCapsuleOfSomethingElseIsRefusedByBothNames() {
    try (Capsule table = LIBRARY.capsule(CITIES, ctx);
        Capsule function = LIBRARY.capsule(TRIPLE, ctx)) {
      assertThatThrownBy(() -> ctx.register(table))
          .isInstanceOf(IllegalCapsuleException.class)
          .hasMessageContaining(Capsule.TABLE_PROVIDER)
          .hasMessageContaining("function");
      assertThatThrownBy(() -> ctx.register("t", function))
          .isInstanceOf(IllegalCapsuleException.class)
          .hasMessageContaining(Capsule.SCALAR_UDF);
      assertThatThrownBy(() -> ctx.withLogicalExtensionCodec(table, "a"))
          .isInstanceOf(IllegalCapsuleException.class)
          .hasMessageContaining(Capsule.TABLE_PROVIDER)
          .hasMessageContaining(Capsule.LOGICAL_EXTENSION_CODEC);
    }
  }

  @Test
  void whatIsClosedIsNotUsed() {
    Capsule closed = LIBRARY.capsule(TRIPLE, ctx);
    assertThat(closed.name()).isEqualTo(Capsule.SCALAR_UDF);
    assertThat(closed.address()).isNotZero();
    closed.close();
    closed.close();
    assertThatThrownBy(closed::address).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> ctx.register(closed)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> ctx.export("nowhere")).isInstanceOf(PlanException.class);
  }

  /** contract 25: each struct is released exactly once, whoever has it last. */
  @ParameterizedTest
  @EnumSource(
      value = Extension.Fixture.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"OLD_LOGICAL", "OLD_PLANNER"})
  void eachFixtureIsReleasedOnce(Extension.Fixture fixture) {
    long address = LIBRARY.open(fixture, ctx);
    Capsule copy = Capsule.copyOf(fixture.name, address);
    Capsule again = Capsule.copyOf(fixture.name, copy.address());
    copy.close();
    Capsule adopted = Capsule.adopt(fixture.name, address);
    LIBRARY.close(fixture, address, true);
    again.close();
    adopted.close();
  }

  /** contract 25: datafusion-ffi has no guard, so a panic of another library is the end. */
  @Test
  void aPanicInAnotherLibraryEndsTheProcess() throws IOException {
    var program =
        ChildJvm.java(
            List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                "-cp",
                System.getProperty("java.class.path"),
                PanickingCapsule.class.getName()));
    ChildJvm.Outcome outcome = ChildJvm.finish(program);
    assertThat(outcome.output())
        .contains("registered", "a function that panics")
        .doesNotContain("survived");
    assertThat(outcome.status()).as("SIGABRT").isEqualTo(128 + 6);
  }

  @Test
  void javaFunctionsAreTheSameBehindACapsuleOfThisLibrary() {
    ScalarUdf plus = ScalarUdf.of("plus_seven", Long.class, Long.class, n -> n + 7);
    AggregateUdf longest =
        AggregateUdf.of(
            "longest",
            Long.class,
            Long.class,
            new Largest(Long.MIN_VALUE),
            (state, n) -> new Largest(Math.max(state.value(), n)),
            (a, b) -> new Largest(Math.max(a.value(), b.value())),
            Largest::value);
    TableFunction numbers =
        TableFunction.of(
            "numbers", (session, arguments) -> session.sql("SELECT value AS n FROM range(0, 5)"));
    try (SessionContext other = SessionContext.create();
        Capsule scalar = ctx.export(plus);
        Capsule aggregate = ctx.export(longest);
        Capsule table = ctx.export(numbers)) {
      other.register(scalar);
      other.register(aggregate);
      other.register("numbers", table);
      assertThat(scalar.name()).isEqualTo(Capsule.SCALAR_UDF);
      assertThat(other.sql("SELECT longest(plus_seven(n)) AS m FROM numbers()").toText(1))
          .contains("| 11 |");
    }
  }

  record Largest(long value) {}

  @Test
  void aTableOutlivesItsSession() {
    Capsule table;
    try (SessionContext other = SessionContext.create()) {
      other.sql("CREATE TABLE t AS SELECT value AS n FROM range(0, 10)");
      table = other.export("t");
    }
    try (table) {
      ctx.register("taken", table);
    }
    assertThat(one("SELECT sum(n) AS s FROM taken")).isEqualTo("| 45 |");
  }

  @Test
  void aCodecOutlivesItsSession() {
    ScalarUdf plus = ScalarUdf.of("plus_one", Long.class, Long.class, n -> n + 1);
    Capsule codec;
    try (SessionContext other = SessionContext.create()) {
      codec = other.logicalExtensionCodec();
    }
    try (codec;
        SessionContext both = ctx.withLogicalExtensionCodec(codec, "other")) {
      byte[] bytes = plus.call(col("a")).toBytes(both);
      assertThat(io.datafusion.Expr.fromBytes(both, bytes)).isEqualTo(plus.call(col("a")));
    }
  }

  @Test
  void manyThreadsImportAndExport() throws Exception {
    long address = LIBRARY.open(COUNTING_LOGICAL, ctx);
    var threads = new ArrayList<Thread>();
    var failures = new java.util.concurrent.ConcurrentLinkedQueue<Throwable>();
    for (int t = 0; t < 8; t++) {
      String id = "thread" + t;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int round = 0; round < 200; round++) {
                        try (Capsule codec =
                                Capsule.copyOf(Capsule.LOGICAL_EXTENSION_CODEC, address);
                            SessionContext with = ctx.withLogicalExtensionCodec(codec, id)) {
                          assertThat(with.logicalExtensionCodecIds()).isEqualTo(List.of(id));
                        }
                      }
                    } catch (Throwable e) {
                      failures.add(e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
    LIBRARY.close(COUNTING_LOGICAL, address, false);
  }
}
