package user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static user.Extension.Fixture.CITIES;
import static user.Extension.Fixture.CITIES_UP_TO;
import static user.Extension.Fixture.COUNTING_LOGICAL;
import static user.Extension.Fixture.COUNTING_PHYSICAL;
import static user.Extension.Fixture.PLANNER;
import static user.Extension.Fixture.POSITION;
import static user.Extension.Fixture.RULE;
import static user.Extension.Fixture.SILENT_LOGICAL;
import static user.Extension.Fixture.TOTAL;
import static user.Extension.Fixture.TRIPLE;

import io.datafusion.IllegalCapsuleException;
import io.datafusion.InvalidArgumentException;
import io.datafusion.LogicalPlan;
import io.datafusion.PlanException;
import io.datafusion.SessionContext;
import io.datafusion.capsule.Capsule;
import io.datafusion.capsule.ExtensionBundle;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What libraries bring is taken in at once, or not at all. */
@ExtendWith(ReleasedFixtures.class)
class ExtensionBundleTest {
  private static final Extension LIBRARY = Extension.FIRST;

  private final List<Capsule> capsules = new ArrayList<>();
  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
  }

  @AfterEach
  void close() {
    capsules.forEach(Capsule::close);
    ctx.close();
  }

  private Capsule capsule(Extension.Fixture fixture) {
    Capsule capsule = LIBRARY.capsule(fixture, ctx);
    capsules.add(capsule);
    return capsule;
  }

  private ExtensionBundle cities() {
    return ExtensionBundle.of()
        .withCodec(capsule(COUNTING_LOGICAL), "cities")
        .withCodec(capsule(COUNTING_PHYSICAL), "cities")
        .withPlanner(capsule(RULE))
        .withFunction(capsule(TRIPLE))
        .withFunction(capsule(TOTAL))
        .withFunction(capsule(POSITION))
        .withTable("cities", capsule(CITIES))
        .withTable("cities_up_to", capsule(CITIES_UP_TO));
  }

  private void assertUntouched() {
    assertThat(ctx.logicalExtensionCodecIds()).isEmpty();
    assertThat(ctx.sql("SHOW TABLES").toText(9)).doesNotContain("cities");
    for (String sql : List.of("SELECT triple(1)", "SELECT * FROM cities_up_to(1)")) {
      assertThatThrownBy(() -> ctx.sql(sql)).isInstanceOf(PlanException.class);
    }
  }

  @Test
  void allThatALibraryBringsIsTakenIn() {
    SessionContext extended = ctx.withExtensions(cities());
    capsules.forEach(Capsule::close);
    assertThat(extended.logicalExtensionCodecIds()).containsExactly("cities");
    assertThat(extended.physicalExtensionCodecIds()).containsExactly("cities");
    assertThat(ctx.logicalExtensionCodecIds()).isEmpty();
    assertThat(extended.sessionId()).isEqualTo(ctx.sessionId());
    long optimized = LIBRARY.optimized();
    assertThat(extended.sql("SELECT triple(id) AS t FROM cities").toText(9))
        .contains("| 3 |", "| 6 |")
        .doesNotContain("| 9 |");
    assertThat(LIBRARY.optimized()).isGreaterThan(optimized);
    LogicalPlan plan = ctx.sql("SELECT total(id) AS t FROM cities_up_to(2)").logicalPlan();
    LogicalPlan read = LogicalPlan.fromBytes(extended, plan.toBytes(extended));
    assertThat(extended.dataFrame(read).toText(1)).contains("| 3 |");
  }

  @Test
  void aBundleMayBringNothing() {
    SessionContext same = ctx.withExtensions(ExtensionBundle.of());
    assertThat(same.sql("SELECT 1 AS n").count()).isEqualTo(1);
    assertThat(ctx.withExtensions().sessionId()).isEqualTo(ctx.sessionId());
    assertUntouched();
  }

  @Test
  void aBundleMayBringAPlannerOnly() {
    SessionContext planning =
        ctx.withExtensions(ExtensionBundle.of().withPlanner(capsule(PLANNER)));
    long planned = LIBRARY.planned();
    assertThat(planning.sql("SELECT 1 AS n").count()).isEqualTo(1);
    assertThat(LIBRARY.planned()).isGreaterThan(planned);
    assertUntouched();
  }

  @Test
  void codecsJoinInTheOrderOfTheBundles() {
    ExtensionBundle first = ExtensionBundle.of().withCodec(capsule(SILENT_LOGICAL), "b");
    ExtensionBundle second =
        ExtensionBundle.of()
            .withCodec(capsule(SILENT_LOGICAL), "a")
            .withCodec(capsule(COUNTING_LOGICAL), "c");
    try (SessionContext before = ctx.withLogicalExtensionCodec(capsule(SILENT_LOGICAL), "z")) {
      assertThat(before.withExtensions(first, second).logicalExtensionCodecIds())
          .containsExactly("z", "b", "a", "c");
    }
  }

  @Test
  void aTableThatIsThereIsFoundBeforeAnythingChanges() {
    ctx.sql("CREATE TABLE taken AS SELECT 1 AS n");
    ExtensionBundle bundle = cities().withTable("taken", capsule(CITIES));
    assertThatThrownBy(() -> ctx.withExtensions(bundle))
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("taken");
    assertUntouched();
  }

  @Test
  void twoBundlesBringNoTableTwice() {
    ExtensionBundle other =
        ExtensionBundle.of().withTable("datafusion.public.cities", capsule(CITIES));
    assertThatThrownBy(() -> ctx.withExtensions(cities(), other))
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("cities");
    assertUntouched();
  }

  /** Only the schema itself can tell; what was registered before is taken away again. */
  @Test
  void aTableThatCannotBeRegisteredTakesTheOthersWithIt() {
    ExtensionBundle bundle = cities().withTable("information_schema.tables2", capsule(CITIES));
    assertThatThrownBy(() -> ctx.withExtensions(bundle))
        .isInstanceOf(io.datafusion.DataFusionException.class);
    assertUntouched();
  }

  @Test
  void aCodecsIdIsCheckedBeforeAnythingChanges() {
    ExtensionBundle other = ExtensionBundle.of().withCodec(capsule(COUNTING_LOGICAL), "cities");
    assertThatThrownBy(() -> ctx.withExtensions(cities(), other))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("cities");
    assertUntouched();
  }

  @Test
  void capsulesAreCheckedByName() {
    Capsule table = capsule(CITIES);
    Capsule function = capsule(TRIPLE);
    ExtensionBundle none = ExtensionBundle.of();
    assertThatThrownBy(() -> none.withCodec(table, "a"))
        .isInstanceOf(IllegalCapsuleException.class);
    assertThatThrownBy(() -> none.withPlanner(table)).isInstanceOf(IllegalCapsuleException.class);
    assertThatThrownBy(() -> none.withFunction(table)).isInstanceOf(IllegalCapsuleException.class);
    assertThatThrownBy(() -> none.withTable("a", function))
        .isInstanceOf(IllegalCapsuleException.class);
    ExtensionBundle closed = none.withFunction(function).withTable("cities", table);
    function.close();
    assertThatThrownBy(() -> ctx.withExtensions(closed)).isInstanceOf(IllegalStateException.class);
    assertUntouched();
  }
}
