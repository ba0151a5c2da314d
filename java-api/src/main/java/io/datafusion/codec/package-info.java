/**
 * What goes into the bytes of expressions and plans, and what comes out of them.
 *
 * <p>Bytes are the engine's own messages. A Java function inside them is a frame: its definition as
 * plain fields, its code, and a digest over both; it may be signed ({@link
 * io.datafusion.codec.FrameSigner}, {@link io.datafusion.codec.FrameVerifier}). Which frames are
 * written and read is {@link io.datafusion.codec.UdfInlining}; what bytes hold is shown by {@link
 * io.datafusion.codec.PlanInspector}, without running anything of them.
 *
 * {@snippet :
 * SessionContext strict = ctx.withUdfInlining(UdfInlining.disabled());
 * PlanInspector.Inspection found = PlanInspector.logicalPlan(bytes);
 * System.out.println(found.toText());
 * }
 */
@NullMarked
package io.datafusion.codec;

import org.jspecify.annotations.NullMarked;
