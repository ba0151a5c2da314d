package io.datafusion.internal.arrow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.jspecify.annotations.Nullable;

/**
 * Vectors of a schema with their dictionaries.
 *
 * @param schema as IPC messages have it
 * @param root the vectors
 * @param dictionaries the dictionaries of the dictionary-encoded ones
 */
record Batch(Schema schema, VectorSchemaRoot root, MapDictionaryProvider dictionaries)
    implements AutoCloseable {

  /** {@return vectors that hold nothing} */
  static Batch empty(BufferAllocator allocator, Schema schema) {
    Map<Long, Dictionary> dictionaries = new HashMap<>();
    List<Field> fields = new ArrayList<>();
    for (Field field : schema.getFields()) {
      fields.add(DictionaryUtility.toMemoryFormat(field, allocator, dictionaries));
    }
    Schema memory = new Schema(fields, schema.getCustomMetadata());
    MapDictionaryProvider provider =
        new MapDictionaryProvider(dictionaries.values().toArray(Dictionary[]::new));
    return new Batch(schema, VectorSchemaRoot.create(memory, allocator), provider);
  }

  /** {@return vectors with values in them} */
  static Batch filled(BufferAllocator allocator, int rows, boolean nulls, Field... fields) {
    Batch batch = empty(allocator, new Schema(List.of(fields)));
    Filler filler = new Filler(nulls, batch.dictionaries);
    for (int i = 0; i < fields.length; i++) {
      FieldVector vector = batch.root.getVector(i);
      filler.fill(batch.root.getSchema().getFields().get(i), vector, rows);
    }
    batch.root.setRowCount(rows);
    return batch;
  }

  List<List<@Nullable Object>> rows() {
    return Rows.of(root, dictionaries);
  }

  @Override
  public void close() {
    root.close();
    dictionaries.close();
  }
}
