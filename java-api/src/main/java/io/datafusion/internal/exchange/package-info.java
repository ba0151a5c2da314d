/** How values cross in Java object streams. */
@NullMarked
package io.datafusion.internal.exchange;

import org.jspecify.annotations.NullMarked;
