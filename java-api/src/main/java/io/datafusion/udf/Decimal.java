package io.datafusion.udf;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How many digits a {@link java.math.BigDecimal} has that a method with {@link Udf} takes, or, at
 * the method, gives.
 *
 * {@snippet :
 * @Udf
 * @Decimal(precision = 12, scale = 2)
 * public static BigDecimal gross(@Decimal(precision = 10, scale = 2) BigDecimal net) {
 *   return net.multiply(new BigDecimal("1.19")).setScale(2, RoundingMode.HALF_UP);
 * }
 * }
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.PARAMETER})
public @interface Decimal {
  /** {@return how many digits, 1 to 38} */
  int precision();

  /** {@return how many of them after the point} */
  int scale() default 0;
}
