/**
 * Schedulers and executors of <a href="https://datafusion.apache.org/ballista/">Ballista</a> 55 in
 * this process; {@link io.datafusion.SessionContext#connect} makes the session whose queries they
 * run. Java functions travel to them inside the plans, as they do in bytes.
 *
 * <p>Whoever reaches a scheduler or an executor can run code in its process: keep them on the
 * loopback address, or in a network of their own, or give them a session with a policy of {@link
 * io.datafusion.codec.UdfInlining} that says whose code they take.
 */
@NullMarked
package io.datafusion.cluster;

import org.jspecify.annotations.NullMarked;
