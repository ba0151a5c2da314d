/**
 * The way into native code and back: calls, handles, callbacks, errors. Nothing outside {@code
 * io.datafusion.internal} touches {@code java.lang.foreign} or the generated bindings.
 */
@NullMarked
package io.datafusion.internal.boundary;

import org.jspecify.annotations.NullMarked;
