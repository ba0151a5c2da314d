package io.datafusion.internal.lowering;

import org.jspecify.annotations.Nullable;

/**
 * A constant list, struct or map.
 *
 * @param value a {@code List}, or a {@code Map} for a struct or map, or null
 */
public record Nested(@Nullable Object value) {}
