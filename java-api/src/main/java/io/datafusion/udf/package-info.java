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
 *
 * <p>An aggregate function has a state for each group: a record, whose parts a {@link
 * java.util.stream.Collector} would have, or an object over Arrow vectors.
 *
 * {@snippet :
 * record Mean(double sum, long count) {}
 *
 * AggregateUdf mean =
 *     AggregateUdf.of(
 *         "own_mean",
 *         Double.class,
 *         Double.class,
 *         new Mean(0, 0),
 *         (m, x) -> new Mean(m.sum() + x, m.count() + 1),
 *         (a, b) -> new Mean(a.sum() + b.sum(), a.count() + b.count()),
 *         m -> m.count() == 0 ? null : m.sum() / m.count());
 *
 * ctx.register(mean);
 * ctx.sql("SELECT city, own_mean(fare) FROM trips GROUP BY city").show();
 * }
 *
 * <p>A function over a window of rows is given vectors, and the rows that each result depends on:
 *
 * {@snippet :
 * WindowUdf spread =
 *     WindowUdf.overFrame(
 *         "spread", List.of(FARE), FARE,
 *         (rows, frames) -> {
 *           var fares = rows.vector(0, Float8Vector.class);
 *           var result = new Float8Vector("spread", rows.allocator());
 *           result.allocateNew(frames.count());
 *           for (int i = 0; i < frames.count(); i++) {
 *             result.set(i, fares.get(frames.end(i) - 1) - fares.get(frames.start(i)));
 *           }
 *           result.setValueCount(frames.count());
 *           return result;
 *         });
 * Window lastThree = Window.of().withOrderBy(Expr.col("time").asc()).withFrame(WindowFrame.rows(2, 0));
 * ctx.table("trips").select(spread.call(Expr.col("fare")).over(lastThree));
 * }
 */
@NullMarked
package io.datafusion.udf;

import org.jspecify.annotations.NullMarked;
