/**
 * How senders and workers exchange expressions, plans and functions.
 *
 * <p>Bytes need nothing of this: {@code toBytes(ctx)} and {@code fromBytes(ctx, bytes)} say which
 * context writes and which reads. Where the bytes are made by somebody else, who hands no context
 * on, the context is found: {@link io.datafusion.exchange.SenderContext} where something is
 * written, {@link io.datafusion.exchange.WorkerContext} where it is read. That somebody is Java
 * serialization, which many frameworks use to hand work to other processes: every {@link
 * io.datafusion.Expr}, {@link io.datafusion.LogicalPlan} and {@link
 * io.datafusion.udf.UserDefinedFunction} is Serializable. Contexts, frames, execution plans and
 * streams are not.
 *
 * {@snippet :
 * // the sender
 * out.writeObject(tip.call(Expr.col("fare")));
 *
 * // the worker, as it starts
 * WorkerContext.setDefault(ctx);
 *
 * // the worker, for each message
 * in.setObjectInputFilter(WorkerContext.objectInputFilter());
 * Expr tips = (Expr) in.readObject();
 * }
 *
 * <p>What is in the stream is the engine's message, the one that {@code toBytes} makes, with Java
 * functions inside unless the sender's policy is {@link
 * io.datafusion.codec.UdfInlining#disabled()}: then names are, and the worker's functions of those
 * names come out. What {@code toBytes} and {@code fromBytes} throw comes out of {@code writeObject}
 * and {@code readObject} as it is: a function that cannot travel is an {@link
 * io.datafusion.UnserializableFunctionException}; one that the worker refuses is an {@link
 * io.datafusion.InliningRefusedException}. An object that is written twice is read as two equal
 * ones. Reading runs no function and defines no class.
 *
 * <p>Either exception spoils a stream in which the expression, plan or function is a part of
 * another object: that one stays there half written, or half read, and what follows is read as
 * something else or not at all. (One that is written by itself leaves nothing behind when it cannot
 * travel.) So where a connection outlives a message, each message is written to bytes of its own
 * first, and read from such.
 *
 * <p>Object streams themselves are another matter: whoever may write to one chooses the classes
 * that are looked at. A reader whose senders are not trusted sets {@link
 * io.datafusion.exchange.WorkerContext#objectInputFilter() our filter}, together with one of its
 * own where other classes are in the stream too, and has a worker context that refuses functions:
 *
 * {@snippet :
 * ObjectInputFilter others = ObjectInputFilter.Config.createFilter("com.example.Task;maxdepth=8;!*");
 * in.setObjectInputFilter(WorkerContext.objectInputFilter(others));
 * WorkerContext.setDefault(ctx.withUdfInlining(UdfInlining.disabled()));
 * }
 */
@NullMarked
package io.datafusion.exchange;

import org.jspecify.annotations.NullMarked;
