package io.datafusion.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;

/** The dictionaries of dictionary-encoded fields, made with the fields and closed with the call. */
final class FieldDictionaries extends DictionaryProvider.MapDictionaryProvider
    implements AutoCloseable {
  /** {@return the fields as vectors have them: a dictionary-encoded one with its indices' type} */
  Schema inMemory(Schema schema) {
    List<Field> fields = schema.getFields().stream().map(this::inMemory).toList();
    return new Schema(fields, schema.getCustomMetadata());
  }

  private Field inMemory(Field field) {
    if (!any(field)) {
      return field;
    }
    var made = new HashMap<Long, Dictionary>();
    Field memory = DictionaryUtility.toMemoryFormat(field, VectorBatch.ALLOCATOR, made);
    made.values().forEach(this::put);
    return memory;
  }

  /** {@return whether a field, or one inside it, is dictionary-encoded} */
  private static boolean any(Field field) {
    return field.getDictionary() != null
        || field.getChildren().stream().anyMatch(FieldDictionaries::any);
  }

  @Override
  public void close() {
    Set<Long> ids = new HashSet<>(getDictionaryIds());
    ids.forEach(id -> lookup(id).getVector().close());
  }
}
