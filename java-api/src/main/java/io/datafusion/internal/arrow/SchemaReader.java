package io.datafusion.internal.arrow;

import static io.datafusion.internal.arrow.CData.NULL;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ExtensionType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.ExtensionTypeRegistry;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Reads {@code struct ArrowSchema}. A dictionary-encoded field comes out as in an IPC message: with
 * the type of its values and an encoding that holds the type of its indices.
 */
final class SchemaReader {
  private long nextDictionaryId;

  Schema schema(long struct) {
    Field root = field(struct, 0);
    if (!(root.getType() instanceof ArrowType.Struct) || root.getDictionary() != null) {
      throw new IllegalArgumentException("a schema is a struct, this one is " + root.getType());
    }
    return new Schema(root.getChildren(), root.getMetadata());
  }

  private Field field(long struct, int depth) {
    if (depth > CData.MAX_DEPTH) {
      throw new UnsupportedOperationException(
          "a type nested deeper than " + CData.MAX_DEPTH + " levels");
    }
    if (struct == NULL || CData.longAt(struct + CData.SCHEMA_RELEASE) == NULL) {
      throw new IllegalArgumentException("the schema is missing or was released already");
    }
    FieldShape shape = shape(struct, depth);
    return new Field(name(struct), shape.type(), shape.children());
  }

  private Field column(long struct) {
    try {
      return field(struct, 1);
    } catch (UnsupportedOperationException e) {
      throw VectorLimits.inColumn(name(struct), e);
    }
  }

  private static String name(long struct) {
    long name = CData.longAt(struct + CData.SCHEMA_NAME);
    return name == NULL ? "" : CData.textAt(name);
  }

  private record FieldShape(FieldType type, List<Field> children) {}

  private FieldShape shape(long struct, int depth) {
    long flags = CData.longAt(struct + CData.SCHEMA_FLAGS);
    boolean nullable = (flags & CData.FLAG_NULLABLE) != 0;
    ArrowType type = Format.parse(CData.textAt(CData.longAt(struct + CData.SCHEMA_FORMAT)), flags);
    Map<String, String> metadata = Metadata.read(CData.longAt(struct + CData.SCHEMA_METADATA));
    long dictionary = CData.longAt(struct + CData.SCHEMA_DICTIONARY);
    if (dictionary != NULL) {
      DictionaryEncoding encoding = encoding(type, flags);
      Field values = field(dictionary, depth + 1);
      if (values.getDictionary() != null) {
        throw new UnsupportedOperationException(
            "Arrow Java has no schema for a dictionary whose values are a dictionary");
      }
      return new FieldShape(
          new FieldType(nullable, values.getType(), encoding, metadata), values.getChildren());
    }
    return new FieldShape(
        new FieldType(nullable, extension(type, metadata), null, metadata),
        children(struct, type, depth));
  }

  private DictionaryEncoding encoding(ArrowType type, long flags) {
    if (!(type instanceof ArrowType.Int index)) {
      throw new IllegalArgumentException("dictionary indices are integers, not " + type);
    }
    boolean ordered = (flags & CData.FLAG_DICTIONARY_ORDERED) != 0;
    return new DictionaryEncoding(nextDictionaryId++, ordered, index);
  }

  private static ArrowType extension(ArrowType storage, Map<String, String> metadata) {
    String name = metadata.get(ExtensionType.EXTENSION_METADATA_KEY_NAME);
    ExtensionType extension = name == null ? null : ExtensionTypeRegistry.lookup(name);
    return extension == null
        ? storage
        : extension.deserialize(
            storage, metadata.getOrDefault(ExtensionType.EXTENSION_METADATA_KEY_METADATA, ""));
  }

  private List<Field> children(long struct, ArrowType type, int depth) {
    long count = CData.longAt(struct + CData.SCHEMA_CHILD_COUNT);
    long pointers = CData.longAt(struct + CData.SCHEMA_CHILDREN);
    List<Field> children = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      long child = CData.pointerAt(pointers, i);
      children.add(depth == 0 ? column(child) : field(child, depth + 1));
    }
    if (type instanceof ArrowType.Map && children.size() == 1) {
      children.set(0, entries(children.getFirst()));
    }
    return children;
  }

  /** Entries and keys of a map are never null, but engines do not always say so. */
  private static Field entries(Field entries) {
    List<Field> children = new ArrayList<>(entries.getChildren());
    if (!children.isEmpty()) {
      children.set(0, required(children.getFirst(), children.getFirst().getChildren()));
    }
    return required(entries, children);
  }

  private static Field required(Field field, List<Field> children) {
    FieldType type =
        new FieldType(false, field.getType(), field.getDictionary(), field.getMetadata());
    return new Field(field.getName(), type, children);
  }
}
