package io.datafusion;

/** Where a DataFrame is written, and as what. Immutable: each {@code with} makes another one. */
public sealed interface FileSink permits ParquetSink, CsvSink, NdJsonSink, ArrowIpcSink {
  /** {@return what all formats have in common} */
  SinkSettings settings();
}
