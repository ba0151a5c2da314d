/** Public values as messages for the engine, and back: expressions, verbs, sources, constants. */
@NullMarked
package io.datafusion.internal.lowering;

import org.jspecify.annotations.NullMarked;
