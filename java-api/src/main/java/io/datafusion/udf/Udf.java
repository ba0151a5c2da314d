package io.datafusion.udf;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a public static method of a public class a function of rows, for {@link
 * io.datafusion.SessionContext#register(Class)} and {@link ScalarUdf#allOf}.
 *
 * <p>Its types are those of the parameters and of the result, primitive or boxed, as {@link
 * io.datafusion.Expr#lit(Object)} has them; {@link java.math.BigDecimal} comes with {@link
 * Decimal}. It takes one to four arguments. Where the compiler kept the names of the parameters
 * ({@code -parameters}), the arguments have them, and SQL may say {@code net(price => 10.0)}.
 *
 * <p>Null is what {@link #nullHandling} says, and a primitive parameter cannot be passed null. The
 * result may be null; it is declared never to be where nulls are passed to the method and its
 * result is primitive, since such a method has an answer for each row.
 *
 * <p>The function travels as a reference to the method does: by value, with what the method
 * reaches. The package must be exported or opened to the module {@code io.datafusion}.
 *
 * {@snippet :
 * public final class Prices {
 *   @Udf
 *   public static double net(double price, double taxRate) {
 *     return price / (1 + taxRate);
 *   }
 *
 *   @Udf(name = "tidy", aliases = "clean")
 *   public static String withoutSpaceAround(String text) {
 *     return text.strip();
 *   }
 * }
 *
 * ctx.register(Prices.class);
 * ctx.sql("SELECT net(9.9, 0.1), tidy(' ab ')").show();
 * }
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Udf {
  /**
   * {@return what SQL calls it} By itself the name of the method in snake case: {@code taxRate} is
   * {@code tax_rate}.
   */
  String name() default "";

  /** {@return the other names that SQL may call it by} */
  String[] aliases() default {};

  /** {@return how much its result depends on besides its arguments} */
  Volatility volatility() default Volatility.IMMUTABLE;

  /** {@return what null arguments do; {@link NullHandling#PASS} needs boxed parameters} */
  NullHandling nullHandling() default NullHandling.PROPAGATE;
}
