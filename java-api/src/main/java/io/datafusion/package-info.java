/**
 * The query engine Apache DataFusion, from Java.
 *
 * <p>A {@link io.datafusion.SessionContext} holds tables, functions and configuration. It makes a
 * {@link io.datafusion.DataFrame} out of SQL text, a table or files; verbs make other frames of it,
 * with {@link io.datafusion.Expr} for what is computed. Nothing runs until rows are asked for: then
 * they arrive as Arrow batches through a {@link io.datafusion.BatchStream}, without a copy.
 *
 * <p>Expressions and plans become bytes, with the user's Java functions ({@link io.datafusion.udf})
 * inside, and come back to life in another process that never heard of their classes.
 *
 * {@snippet :
 * try (SessionContext ctx = SessionContext.create()) {
 *   ctx.register("trips", Parquet.of("trips.parquet"));
 *   ScalarUdf tip = ScalarUdf.of("tip", Double.class, Double.class, fare -> fare * 0.2);
 *   DataFrame tips =
 *       ctx.table("trips")
 *           .filter(col("fare").gt(lit(10.0)))
 *           .aggregate(List.of(col("city")), List.of(Functions.sum(tip.call(col("fare")))));
 *   tips.show();
 *   byte[] plan = tips.logicalPlan().toBytes();
 * }
 * }
 *
 * <p>Resources (contexts, streams, readers) are closed. Plans and expressions (frames, expressions,
 * plans, functions) are immutable values that the collector frees. Every call may be interrupted.
 *
 * <p>What this library is made by, in this order; where two pull apart, the earlier one wins:
 *
 * <ol>
 *   <li>never crash the JVM
 *   <li>DataFusion's meaning, Java's manners
 *   <li>one way to do a thing
 *   <li>no copy, no chatter
 *   <li>small
 * </ol>
 */
@NullMarked
package io.datafusion;

import org.jspecify.annotations.NullMarked;
