/**
 * Functions written in Java.
 *
 * <p>A function is a value: a name, types, and code. It can be registered with a session to be
 * called by name in SQL, or called at once in an expression; either way it goes where the plan
 * goes, into another process too.
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
 */
@NullMarked
package io.datafusion.udf;

import org.jspecify.annotations.NullMarked;
