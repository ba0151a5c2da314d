/**
 * Java functions: how they run over Arrow memory, and how they travel.
 *
 * <p>{@link io.datafusion.internal.callable.RowLoop} runs a function over the rows of a batch.
 * {@link io.datafusion.internal.callable.CallableEncoder} writes a function as data (a value table
 * and the class files it reaches), {@link io.datafusion.internal.callable.CallableDecoder} makes a
 * function of that again, in a JVM that never heard of its classes. Java serialization takes no
 * part in reading.
 */
@NullMarked
package io.datafusion.internal.callable;

import org.jspecify.annotations.NullMarked;
