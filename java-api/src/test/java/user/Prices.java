package user;

import io.datafusion.udf.Decimal;
import io.datafusion.udf.NullHandling;
import io.datafusion.udf.Udf;
import io.datafusion.udf.Volatility;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** A user's class of functions, with one thing that is none. */
public final class Prices {
  private static final double STANDARD_RATE = 0.25;

  private Prices() {}

  @Udf
  public static double grossPrice(double price, double taxRate) {
    return rounded(price * (1 + taxRate));
  }

  @Udf(
      name = "standard",
      aliases = {"usual", "plain"},
      volatility = Volatility.STABLE)
  public static Double standardTax(Double price) {
    return price == 13 ? null : rounded(price * STANDARD_RATE);
  }

  @Udf
  @Decimal(precision = 12, scale = 2)
  public static BigDecimal halfOf(@Decimal(precision = 10, scale = 3) BigDecimal amount) {
    return amount.divide(BigDecimal.TWO, 2, RoundingMode.HALF_UP);
  }

  @Udf(nullHandling = NullHandling.PASS)
  public static int countNulls(
      @Nullable Long a, @Nullable String b, @Nullable Boolean c, @Nullable LocalDate d) {
    return (a == null ? 1 : 0) + (b == null ? 1 : 0) + (c == null ? 1 : 0) + (d == null ? 1 : 0);
  }

  @Udf
  public static String toJSONText(String text) throws java.io.IOException {
    if (text.isEmpty()) {
      throw new java.io.IOException("empty");
    }
    return '"' + text + '"';
  }

  /** Not annotated, so not a function, but carried. */
  public static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
