/**
 * Functions written in Java.
 *
 * <p>A function is a value: a name, types, and code. It can be registered with a session to be
 * called by name in SQL, or called at once in an expression; either way it goes where the plan
 * goes, into another process too.
 *
 * <p>Functions run on the engine's threads, of which there are as many as processors. One may run a
 * query itself, up to 16 within each other; one that waits for another thread which runs a query
 * may wait for ever, since it holds a thread that the query needs.
 *
 * {@snippet :
 * double rate = 0.2;
 * ScalarUdf tip = ScalarUdf.of("tip", Double.class, Double.class, fare -> fare * rate);
 *
 * ctx.register(tip);
 * ctx.sql("SELECT tip(fare) FROM trips").show();
 *
 * DataFrame tips = ctx.table("trips").select(tip.call(Expr.col("fare")));
 * byte[] plan = tips.logicalPlan().toBytes();
 * }
 *
 * <p>Methods of a class become functions by annotation, see {@link Udf}:
 *
 * {@snippet :
 * public final class Prices {
 *   @Udf
 *   public static double net(double price, double taxRate) {
 *     return price / (1 + taxRate);
 *   }
 * }
 *
 * ctx.register(Prices.class);
 * ctx.sql("SELECT net(fare, 0.19) FROM trips").show();
 * }
 */
@NullMarked
package io.datafusion.udf;

import org.jspecify.annotations.NullMarked;
