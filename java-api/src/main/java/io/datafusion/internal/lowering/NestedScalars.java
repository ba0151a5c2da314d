package io.datafusion.internal.lowering;

import datafusion_common.DatafusionCommon;
import datafusion_common.DatafusionCommon.ScalarNestedValue;
import datafusion_common.DatafusionCommon.ScalarValue;
import io.datafusion.internal.arrow.VectorValues;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Lists, structs and maps of the engine's scalar values as Java values. The engine writes one as a
 * batch of one row.
 */
final class NestedScalars {
  private NestedScalars() {}

  /** {@return the value, or nothing where the constant is none that Java can say} */
  static Optional<Nested> value(ScalarValue message) {
    return switch (message.getValueCase()) {
      case LIST_VALUE -> value(message.getListValue());
      case LARGE_LIST_VALUE -> value(message.getLargeListValue());
      case FIXED_SIZE_LIST_VALUE -> value(message.getFixedSizeListValue());
      case STRUCT_VALUE -> value(message.getStructValue());
      case MAP_VALUE -> value(message.getMapValue());
      default -> Optional.empty();
    };
  }

  private static Optional<Nested> value(ScalarNestedValue message) {
    List<DatafusionCommon.Field> columns = message.getSchema().getColumnsList();
    if (columns.size() != 1 || message.getDictionariesCount() != 0) {
      return Optional.empty();
    }
    return ArrowTypes.field(columns.getFirst()).flatMap(field -> value(message, field));
  }

  private static Optional<Nested> value(ScalarNestedValue message, Field field) {
    Message header = Message.getRootAsMessage(message.getIpcMessage().asReadOnlyByteBuffer());
    if (header.headerType() != MessageHeader.RecordBatch) {
      return Optional.empty();
    }
    byte[] data = message.getArrowData().toByteArray();
    var batch = (RecordBatch) header.header(new RecordBatch());
    if (batch == null || batch.length() != 1 || !lieWithin(batch, data.length)) {
      return Optional.empty();
    }
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(field)), allocator)) {
      try (ArrowRecordBatch loaded = batch(batch, data, allocator)) {
        new VectorLoader(root).load(loaded);
      }
      return Optional.of(new Nested(VectorValues.of(root.getVector(0), 0)));
    } catch (IOException | RuntimeException _) {
      // An array that Arrow Java does not read stays what it is: bytes of the engine.
      return Optional.empty();
    }
  }

  private static ArrowRecordBatch batch(RecordBatch batch, byte[] data, BufferAllocator allocator)
      throws IOException {
    ArrowBuf body = allocator.buffer(data.length);
    try {
      body.setBytes(0, data);
      // lets go of the body once it has the batch
      return MessageSerializer.deserializeRecordBatch(batch, body);
    } catch (IOException | RuntimeException e) {
      body.close();
      throw e;
    }
  }

  /** Arrow Java believes what a batch says of its buffers. */
  private static boolean lieWithin(RecordBatch batch, long size) {
    for (int i = 0; i < batch.buffersLength(); i++) {
      long start = batch.buffers(i).offset();
      long length = batch.buffers(i).length();
      if (start < 0 || length < 0 || start > size - length) {
        return false;
      }
    }
    return true;
  }
}
