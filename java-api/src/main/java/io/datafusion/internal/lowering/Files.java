package io.datafusion.internal.lowering;

import io.datafusion.ArrowIpc;
import io.datafusion.ArrowIpcSink;
import io.datafusion.Avro;
import io.datafusion.Csv;
import io.datafusion.CsvSink;
import io.datafusion.FileSettings;
import io.datafusion.NdJson;
import io.datafusion.NdJsonSink;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SinkSettings;
import io.datafusion.internal.message.FileFormat;
import io.datafusion.internal.message.FileSink;
import io.datafusion.internal.message.FileSource;
import org.apache.arrow.vector.types.pojo.Schema;

/** Sources and sinks of files as messages. */
public final class Files {
  private Files() {}

  /** {@return the message of a source} */
  public static byte[] source(io.datafusion.FileSource source, DepthLimits limits) {
    FileSettings settings = source.settings();
    if (source instanceof Csv
        && settings.schema().isEmpty()
        && !settings.options().getOrDefault("terminator", "\n").equals("\n")) {
      throw new IllegalArgumentException(
          "the engine finds columns out by lines: a source with a terminator needs withSchema");
    }
    var message =
        FileSource.newBuilder()
            .setFormat(format(source))
            .addAllPaths(settings.paths())
            .putAllOptions(settings.options());
    settings.schema().ifPresent(schema -> message.setSchema(Lowering.schema(schema)));
    if (!settings.partitionColumns().isEmpty()) {
      message.setPartitionColumns(Lowering.schema(new Schema(settings.partitionColumns())));
    }
    settings.fileExtension().ifPresent(message::setFileExtension);
    for (var keys : settings.orderings()) {
      message.addOrderings(new Lowering(limits).sorts(keys));
    }
    return message.build().toByteArray();
  }

  /** {@return the message of a sink} */
  public static byte[] sink(io.datafusion.FileSink sink) {
    SinkSettings settings = sink.settings();
    return FileSink.newBuilder()
        .setFormat(format(sink))
        .setPath(settings.path())
        .putAllOptions(settings.options())
        .addAllPartitionBy(settings.partitionBy())
        .setSingleFile(settings.singleFile())
        .build()
        .toByteArray();
  }

  private static FileFormat format(io.datafusion.FileSource source) {
    return switch (source) {
      case Parquet _ -> FileFormat.FILE_FORMAT_PARQUET;
      case Csv _ -> FileFormat.FILE_FORMAT_CSV;
      case NdJson _ -> FileFormat.FILE_FORMAT_NDJSON;
      case ArrowIpc _ -> FileFormat.FILE_FORMAT_ARROW;
      case Avro _ -> FileFormat.FILE_FORMAT_AVRO;
    };
  }

  private static FileFormat format(io.datafusion.FileSink sink) {
    return switch (sink) {
      case ParquetSink _ -> FileFormat.FILE_FORMAT_PARQUET;
      case CsvSink _ -> FileFormat.FILE_FORMAT_CSV;
      case NdJsonSink _ -> FileFormat.FILE_FORMAT_NDJSON;
      case ArrowIpcSink _ -> FileFormat.FILE_FORMAT_ARROW;
    };
  }
}
