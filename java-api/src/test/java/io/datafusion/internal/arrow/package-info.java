@NullMarked
package io.datafusion.internal.arrow;

import org.jspecify.annotations.NullMarked;
