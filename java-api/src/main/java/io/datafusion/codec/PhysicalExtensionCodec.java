package io.datafusion.codec;

/**
 * A codec of physical plans, written in Java. The table of a scan is the codec's to write; what the
 * scan was asked for, columns, filters, partitions, is written beside it.
 */
public interface PhysicalExtensionCodec extends ExtensionCodec {}
