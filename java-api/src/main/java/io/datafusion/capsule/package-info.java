/**
 * Codecs, tables and functions that cross to other libraries in the process: to Python, to Rust.
 *
 * <p>What crosses is a struct of the Rust library datafusion-ffi, under a name, as a Python {@code
 * PyCapsule} holds it. Both sides have to be of DataFusion 55.
 */
@NullMarked
package io.datafusion.capsule;

import org.jspecify.annotations.NullMarked;
