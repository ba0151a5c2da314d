/**
 * The C ABI of the native library as Java methods, and the loader of the library.
 *
 * <p>The classes generated from {@code datafusion_c.h} have the names and shapes that jextract
 * gives them; {@link io.datafusion.bindings.datafusion_c_h} holds the functions. They are never
 * edited: the header is changed, and {@code build-native.sh} writes them anew. They find their
 * symbols through {@link io.datafusion.bindings.NativeLibrary}, which is written by hand, as all is
 * that does not say where it comes from in its first line.
 */
@NullMarked
package io.datafusion.bindings;

import org.jspecify.annotations.NullMarked;
