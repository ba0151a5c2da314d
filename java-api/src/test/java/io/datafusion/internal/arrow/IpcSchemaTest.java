package io.datafusion.internal.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Null;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Schemas as IPC messages, in a JVM where nothing is opened. */
class IpcSchemaTest {
  static Stream<Field> fields() {
    return Samples.fields();
  }

  private static Schema all() {
    return new Schema(fields().toList(), Map.of("k", "v", "größe", ""));
  }

  @ParameterizedTest
  @MethodSource("fields")
  void schemaComesBack(Field field) {
    Schema schema = new Schema(List.of(field));
    assertThat(IpcSchema.fromBytes(IpcSchema.toBytes(schema))).isEqualTo(schema);
  }

  @Test
  void schemaWithEverythingAndMetadataComesBack() {
    assertThat(IpcSchema.fromBytes(IpcSchema.toBytes(all()))).isEqualTo(all());
  }

  @Test
  void smallestFieldsFitTheBudget() {
    List<Field> fields = Arrays.asList(new Field[1000]);
    fields.replaceAll(_ -> Samples.nullable("", ArrowType.Null.INSTANCE));
    Schema schema = new Schema(fields);
    assertThat(IpcSchema.fromBytes(IpcSchema.toBytes(schema))).isEqualTo(schema);
  }

  @Test
  void schemaOfVectorsGetsTheTypesOfItsDictionaries() {
    try (BufferAllocator allocator = new RootAllocator();
        Batch batch = Batch.empty(allocator, all())) {
      assertThat(batch.root().getSchema()).isNotEqualTo(all());
      Schema message = IpcSchema.ofVectors(batch.root().getSchema(), batch.dictionaries());
      assertThat(message.toString().replace("$data$", "inner"))
          .isEqualTo(all().toString().replace("$data$", "inner"));
    }
  }

  @Test
  void missingDictionaryIsRefused() {
    Field field = Samples.dictionary("d", 12, Samples.INT32, Samples.UTF8);
    assertThatThrownBy(
            () -> IpcSchema.ofVectors(new Schema(List.of(field)), new MapDictionaryProvider()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("12");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 4, 7, 8, 9, 12, 40})
  void truncatedMessageIsRefused(int length) {
    byte[] bytes = Arrays.copyOf(IpcSchema.toBytes(all()), length);
    assertThatThrownBy(() -> IpcSchema.fromBytes(bytes))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void mutatedMessagesAreReadOrRefusedButNothingElse() {
    byte[] message = IpcSchema.toBytes(all());
    Random random = new Random(55);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = message.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[8 + random.nextInt(bytes.length - 8)] = (byte) random.nextInt();
      }
      try {
        IpcSchema.fromBytes(bytes);
      } catch (IllegalArgumentException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1, 19_999);
  }

  @Test
  void fieldThatHoldsOneChildTwiceAgainAndAgainIsRefused() {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int field = field(builder, new int[0]);
    for (int level = 0; level < 60; level++) {
      field = field(builder, new int[] {field, field});
    }
    byte[] bytes = message(builder, field);
    assertThatThrownBy(() -> IpcSchema.fromBytes(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasRootCauseMessage("more or deeper fields than the message can hold");
  }

  @Test
  void fieldNestedTooDeepIsRefused() {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int field = field(builder, new int[0]);
    for (int level = 0; level < 100_000; level++) {
      field = field(builder, new int[] {field});
    }
    byte[] bytes = message(builder, field);
    assertThatThrownBy(() -> IpcSchema.fromBytes(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasRootCauseMessage("more or deeper fields than the message can hold");
  }

  /** 64 KiB of text, written once and named 10,000 times: 650 MB of strings. */
  @Test
  void textThatIsUsedTooOftenIsRefused() {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int text = builder.createString("x".repeat(64 << 10));
    int entry = KeyValue.createKeyValue(builder, text, text);
    int[] entries = new int[10_000];
    Arrays.fill(entries, entry);
    int metadata = org.apache.arrow.flatbuf.Schema.createCustomMetadataVector(builder, entries);
    int fields = org.apache.arrow.flatbuf.Schema.createFieldsVector(builder, new int[0]);
    byte[] ofSchema = message(builder, fields, metadata);
    assertThatThrownBy(() -> IpcSchema.fromBytes(ofSchema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasRootCauseMessage("more text than the message can hold");
  }

  @Test
  void namesThatAreUsedTooOftenAreRefused() {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int name = builder.createString("x".repeat(64 << 10));
    int children = org.apache.arrow.flatbuf.Field.createChildrenVector(builder, new int[0]);
    Null.startNull(builder);
    int type = Null.endNull(builder);
    org.apache.arrow.flatbuf.Field.startField(builder);
    org.apache.arrow.flatbuf.Field.addName(builder, name);
    org.apache.arrow.flatbuf.Field.addTypeType(builder, Type.Null);
    org.apache.arrow.flatbuf.Field.addType(builder, type);
    org.apache.arrow.flatbuf.Field.addChildren(builder, children);
    int[] fields = new int[1_000];
    Arrays.fill(fields, org.apache.arrow.flatbuf.Field.endField(builder));
    byte[] bytes =
        message(builder, org.apache.arrow.flatbuf.Schema.createFieldsVector(builder, fields), 0);
    assertThatThrownBy(() -> IpcSchema.fromBytes(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasRootCauseMessage("more or deeper fields than the message can hold");
  }

  private static int field(FlatBufferBuilder builder, int[] children) {
    int offsets = org.apache.arrow.flatbuf.Field.createChildrenVector(builder, children);
    Null.startNull(builder);
    int type = Null.endNull(builder);
    org.apache.arrow.flatbuf.Field.startField(builder);
    org.apache.arrow.flatbuf.Field.addTypeType(builder, Type.Null);
    org.apache.arrow.flatbuf.Field.addType(builder, type);
    org.apache.arrow.flatbuf.Field.addChildren(builder, offsets);
    return org.apache.arrow.flatbuf.Field.endField(builder);
  }

  private static byte[] message(FlatBufferBuilder builder, int field) {
    return message(
        builder, org.apache.arrow.flatbuf.Schema.createFieldsVector(builder, new int[] {field}), 0);
  }

  private static byte[] message(FlatBufferBuilder builder, int fields, int metadata) {
    org.apache.arrow.flatbuf.Schema.startSchema(builder);
    org.apache.arrow.flatbuf.Schema.addFields(builder, fields);
    org.apache.arrow.flatbuf.Schema.addCustomMetadata(builder, metadata);
    int schema = org.apache.arrow.flatbuf.Schema.endSchema(builder);
    Message.startMessage(builder);
    Message.addHeaderType(builder, MessageHeader.Schema);
    Message.addHeader(builder, schema);
    Message.addVersion(builder, MetadataVersion.V5);
    builder.finish(Message.endMessage(builder));
    byte[] body = builder.sizedByteArray();
    return ByteBuffer.allocate(8 + body.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(-1)
        .putInt(body.length)
        .put(body)
        .array();
  }
}
