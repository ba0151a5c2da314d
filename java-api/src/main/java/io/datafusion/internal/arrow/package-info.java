/**
 * Arrow Java vectors over the C Data interface, without copying and without arrow-c-data.
 *
 * <p>arrow-c-data wants {@code --add-opens=java.base/java.nio}; the classes here read and write the
 * C structs through {@link java.lang.foreign.MemorySegment} and need native access only. {@link
 * io.datafusion.internal.arrow.CDataImporter} brings schemas and batches in, {@link
 * io.datafusion.internal.arrow.CDataExporter} lends vectors out for the length of a call, {@link
 * io.datafusion.internal.arrow.IpcSchema} is a schema as bytes.
 *
 * <p>A batch that was brought in shares the engine's memory: it is for reading. Writing into its
 * vectors would write into the engine's arrays.
 */
@NullMarked
package io.datafusion.internal.arrow;

import org.jspecify.annotations.NullMarked;
