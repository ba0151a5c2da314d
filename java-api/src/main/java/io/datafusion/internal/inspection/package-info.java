/**
 * What bytes hold, read without an engine: {@link io.datafusion.internal.inspection.WireCheck}
 * first, then a parser, then a walk over what it made.
 */
@NullMarked
package io.datafusion.internal.inspection;

import org.jspecify.annotations.NullMarked;
