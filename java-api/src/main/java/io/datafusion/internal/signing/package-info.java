/** Keys that sign functions and keys that are trusted, by java.security. */
@NullMarked
package io.datafusion.internal.signing;

import org.jspecify.annotations.NullMarked;
