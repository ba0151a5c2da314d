package io.datafusion.internal.arrow;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.datafusion.internal.Texts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes {@code struct ArrowSchema} from schemas as vectors have them: a dictionary-encoded field
 * has the type of its indices, its values are those of the dictionary.
 */
final class SchemaWriter {
  private final Arena arena;
  private final DictionaryProvider dictionaries;
  private final MemorySegment release;

  SchemaWriter(Arena arena, DictionaryProvider dictionaries, MemorySegment release) {
    this.arena = arena;
    this.dictionaries = dictionaries;
    this.release = release;
  }

  MemorySegment schema(Schema schema) {
    Map<String, String> metadata = schema.getCustomMetadata();
    FieldType type = new FieldType(false, ArrowType.Struct.INSTANCE, null, metadata);
    return field(new Field("", type, schema.getFields()));
  }

  private MemorySegment field(Field field) {
    MemorySegment struct = arena.allocate(CData.SCHEMA);
    String name = field.getName() == null ? "" : field.getName();
    struct.set(JAVA_LONG, CData.SCHEMA_FORMAT, text(Format.of(field)));
    struct.set(JAVA_LONG, CData.SCHEMA_NAME, text(name));
    struct.set(JAVA_LONG, CData.SCHEMA_METADATA, Metadata.write(field.getMetadata(), arena));
    struct.set(JAVA_LONG, CData.SCHEMA_FLAGS, flags(field));
    List<Field> children = field.getChildren();
    long[] pointers = new long[children.size()];
    for (int i = 0; i < pointers.length; i++) {
      pointers[i] = field(children.get(i)).address();
    }
    struct.set(JAVA_LONG, CData.SCHEMA_CHILD_COUNT, pointers.length);
    struct.set(JAVA_LONG, CData.SCHEMA_CHILDREN, CData.pointers(pointers, arena));
    DictionaryEncoding encoding = field.getDictionary();
    if (encoding != null) {
      Field values = dictionary(dictionaries, field).getVector().getField();
      struct.set(JAVA_LONG, CData.SCHEMA_DICTIONARY, field(values).address());
    }
    struct.set(JAVA_LONG, CData.SCHEMA_RELEASE, release.address());
    return struct;
  }

  private long text(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a field name holds a NUL character: " + text);
    }
    return arena.allocateFrom(Texts.check(text, "a field's name")).address();
  }

  private static long flags(Field field) {
    long flags = field.isNullable() ? CData.FLAG_NULLABLE : 0;
    if (field.getDictionary() != null && field.getDictionary().isOrdered()) {
      flags |= CData.FLAG_DICTIONARY_ORDERED;
    }
    if (field.getType() instanceof ArrowType.Map map && map.getKeysSorted()) {
      flags |= CData.FLAG_MAP_KEYS_SORTED;
    }
    return flags;
  }

  /** {@return the dictionary of a dictionary-encoded field} */
  static Dictionary dictionary(DictionaryProvider dictionaries, Field field) {
    long id = field.getDictionary().getId();
    Dictionary dictionary = dictionaries.lookup(id);
    if (dictionary == null) {
      throw new IllegalArgumentException(
          "there is no dictionary " + id + " for field '" + field.getName() + "'");
    }
    return dictionary;
  }
}
