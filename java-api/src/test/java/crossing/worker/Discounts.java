package crossing.worker;

import io.datafusion.udf.ScalarUdf;

/** A function whose classes both JVMs have. */
public final class Discounts {
  private Discounts() {}

  /** How much. */
  public record Discount(double share) {}

  /** {@return a function that travels by reference to this package} */
  public static ScalarUdf tip(double share) {
    var discount = new Discount(share);
    return ScalarUdf.of("tip", Double.class, Double.class, fare -> fare * discount.share())
        .withShared("crossing.worker");
  }
}
