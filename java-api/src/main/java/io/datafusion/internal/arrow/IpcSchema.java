package io.datafusion.internal.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Union;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.jspecify.annotations.Nullable;

/**
 * Schemas as Arrow IPC messages: the continuation mark, the length and the flatbuffer, padded.
 *
 * <p>A message holds the type of a dictionary's values in the field and the type of its indices in
 * the encoding, and {@link CDataImporter#schema} reads schemas in that form. The schema of a {@link
 * org.apache.arrow.vector.VectorSchemaRoot} has the type of the indices in the field: it goes
 * through {@link #ofVectors} first, or the values' type would be lost.
 */
public final class IpcSchema {
  private static final int CONTINUATION = -1;

  /** No field takes less: its table, the offset to it, the offset to its vtable, its type. */
  private static final int FIELD_BYTES = 16;

  /** A text may be written once and used by several fields, but not by very many. */
  private static final int TEXT_USES = 16;

  private static final int ENTRY_BYTES = 4;

  /** A type id is a byte that is not negative. */
  private static final int MAX_TYPE_IDS = 128;

  private IpcSchema() {}

  /**
   * {@return the message of a schema}
   *
   * @param schema the schema; its dictionary-encoded fields have the types of their values
   */
  public static byte[] toBytes(Schema schema) {
    return schema.serializeAsMessage();
  }

  /**
   * {@return the schema in a message}
   *
   * @param message the message
   * @throws IllegalArgumentException if these bytes are no schema message
   */
  public static Schema fromBytes(byte[] message) {
    try {
      verify(message);
      return Schema.deserializeMessage(ByteBuffer.wrap(message));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("not an Arrow IPC schema message", e);
    }
  }

  /**
   * Walks the flatbuffer before it is read. Its tables may refer to each other in circles, or to
   * one table so often that reading it never ends; and a length may promise more than there is.
   */
  private static void verify(byte[] message) {
    ByteBuffer bytes = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.getInt() != CONTINUATION || bytes.getInt() != bytes.remaining()) {
      throw new IllegalArgumentException("the length does not fit");
    }
    Message table = Message.getRootAsMessage(bytes.slice().order(ByteOrder.LITTLE_ENDIAN));
    org.apache.arrow.flatbuf.Schema schema = new org.apache.arrow.flatbuf.Schema();
    if (table.headerType() != MessageHeader.Schema || table.header(schema) == null) {
      throw new IllegalArgumentException("not a schema");
    }
    new Budget(message.length).schema(schema);
  }

  /** What reading may make of a message, paid by the bytes of the message. */
  private static final class Budget {
    private int fields;
    private long text;

    Budget(int message) {
      fields = message / FIELD_BYTES;
      text = (long) message * TEXT_USES;
    }

    void schema(org.apache.arrow.flatbuf.Schema schema) {
      for (int i = 0; i < schema.customMetadataLength(); i++) {
        metadata(schema.customMetadata(i));
      }
      for (int i = 0; i < schema.fieldsLength(); i++) {
        field(schema.fields(i), 0);
      }
    }

    private void field(org.apache.arrow.flatbuf.Field field, int depth) {
      fields--;
      text(field.nameAsByteBuffer());
      for (int i = 0; i < field.customMetadataLength(); i++) {
        metadata(field.customMetadata(i));
      }
      // an array is made for the type ids of a union before they are read
      if (fields < 0 || text < 0 || typeIds(field) > MAX_TYPE_IDS || depth > CData.MAX_DEPTH) {
        throw new IllegalArgumentException("more or deeper fields than the message can hold");
      }
      for (int i = 0; i < field.childrenLength(); i++) {
        field(field.children(i), depth + 1);
      }
    }

    private void metadata(KeyValue entry) {
      text(entry.keyAsByteBuffer());
      text(entry.valueAsByteBuffer());
      if (text < 0) {
        throw new IllegalArgumentException("more text than the message can hold");
      }
    }

    private void text(@Nullable ByteBuffer bytes) {
      text -= ENTRY_BYTES + (bytes == null ? 0 : bytes.remaining());
    }
  }

  private static int typeIds(org.apache.arrow.flatbuf.Field field) {
    if (field.typeType() != Type.Union) {
      return 0;
    }
    Union union = new Union();
    return field.type(union) == null ? 0 : union.typeIdsLength();
  }

  /**
   * {@return a root's schema with the types of the dictionaries' values in its fields}
   *
   * @param schema the schema of a root
   * @param dictionaries where the dictionaries are
   * @throws IllegalArgumentException if a dictionary is missing
   */
  public static Schema ofVectors(Schema schema, DictionaryProvider dictionaries) {
    Set<Long> used = new LinkedHashSet<>();
    List<Field> fields =
        schema.getFields().stream()
            .map(field -> DictionaryUtility.toMessageFormat(field, dictionaries, used))
            .toList();
    return new Schema(fields, schema.getCustomMetadata());
  }
}
