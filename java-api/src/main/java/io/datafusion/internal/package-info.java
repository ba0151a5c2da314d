/** What the public types are made of. Exported to nobody. */
@NullMarked
package io.datafusion.internal;

import org.jspecify.annotations.NullMarked;
