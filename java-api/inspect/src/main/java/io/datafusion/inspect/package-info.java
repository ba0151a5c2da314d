/** {@link io.datafusion.codec.PlanInspector} for the command line. */
@NullMarked
package io.datafusion.inspect;

import org.jspecify.annotations.NullMarked;
