package user;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.DataFrame;
import io.datafusion.Functions;
import io.datafusion.InliningRefusedException;
import io.datafusion.LogicalPlan;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionContext;
import io.datafusion.codec.PlanInspector;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Udf;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the packages' documentation shows, run. */
class TutorialTest {
  record Mean(double sum, long count) {}

  @Test
  void theSnippetsOfThePackagesRun(@TempDir Path folder) {
    String file = folder.resolve("trips.parquet").toString();
    try (SessionContext ctx = SessionContext.create()) {
      ctx.sql("SELECT * FROM (VALUES ('a', 5.0), ('b', 20.0), ('b', 30.0)) AS t(city, fare)")
          .write(ParquetSink.of(file));

      ctx.register("trips", Parquet.of(file));
      ScalarUdf tip = ScalarUdf.of("tip", Double.class, Double.class, fare -> fare * 0.2);
      DataFrame tips =
          ctx.table("trips")
              .filter(col("fare").gt(lit(10.0)))
              .aggregate(List.of(col("city")), List.of(Functions.sum(tip.call(col("fare")))));
      assertThat(tips.toText(20)).contains("| b ", "10.0");
      byte[] plan = tips.logicalPlan().toBytes();

      ctx.register(tip);
      assertThat(ctx.sql("SELECT tip(fare) FROM trips").count()).isEqualTo(3);
      ctx.register(Prices.class);
      assertThat(ctx.sql("SELECT net(fare, 0.25) FROM trips WHERE fare = 5.0").toText(1))
          .contains("| 4.0 ");
      AggregateUdf mean =
          AggregateUdf.of(
              "own_mean",
              Double.class,
              Double.class,
              new Mean(0, 0),
              (m, x) -> new Mean(m.sum() + x, m.count() + 1),
              (a, b) -> new Mean(a.sum() + b.sum(), a.count() + b.count()),
              m -> m.count() == 0 ? null : m.sum() / m.count());
      ctx.register(mean);
      assertThat(
              ctx.sql("SELECT city, own_mean(fare) FROM trips GROUP BY city ORDER BY city")
                  .toText(20))
          .contains("| a ", "5.0", "| b ", "25.0");
      assertThat(PlanInspector.logicalPlan(plan).functions())
          .anyMatch(function -> function.inlined() && function.name().equals("tip"));
      try (SessionContext strict = ctx.withUdfInlining(UdfInlining.disabled())) {
        Assertions.assertThatThrownBy(() -> LogicalPlan.fromBytes(strict, plan))
            .isInstanceOf(InliningRefusedException.class)
            .hasMessageContaining("tip");
      }
    }
  }

  /** The class of the snippet. */
  public static final class Prices {
    @Udf
    public static double net(double price, double taxRate) {
      return price / (1 + taxRate);
    }
  }
}
