package io.datafusion.internal;

import com.google.protobuf.ByteString;
import io.datafusion.internal.arrow.IpcSchema;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Fields as the messages of functions have them: an Arrow IPC schema. */
final class IpcFields {
  private IpcFields() {}

  static ByteString write(List<Field> fields) {
    return ByteString.copyFrom(new Schema(fields).serializeAsMessage());
  }

  static List<Field> read(ByteString schema) {
    return schema.isEmpty() ? List.of() : IpcSchema.fromBytes(schema.toByteArray()).getFields();
  }
}
