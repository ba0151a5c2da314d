package io.datafusion.internal;

import java.util.List;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Whether a vector has the type that was promised. */
final class VectorTypes {
  private VectorTypes() {}

  /**
   * {@return whether a vector of a field is laid out as a field says}
   *
   * @param promised a field as an IPC message has it
   * @param given a vector's field, dictionary-encoded ones with their indices' type
   * @param dictionaries the dictionaries of the vector
   */
  static boolean same(Field promised, Field given, DictionaryProvider dictionaries) {
    DictionaryEncoding encoding = promised.getDictionary();
    if (encoding == null) {
      return given.getDictionary() == null
          && storage(promised.getType()).equals(storage(given.getType()))
          && sameChildren(promised, given, dictionaries);
    }
    if (given.getDictionary() == null || !encoding.getIndexType().equals(given.getType())) {
      return false;
    }
    Dictionary dictionary = dictionaries.lookup(given.getDictionary().getId());
    var values =
        new Field(
            promised.getName(),
            new FieldType(promised.isNullable(), promised.getType(), null),
            promised.getChildren());
    return dictionary != null && same(values, dictionary.getVector().getField(), dictionaries);
  }

  private static boolean sameChildren(
      Field promised, Field given, DictionaryProvider dictionaries) {
    List<Field> wanted = promised.getChildren();
    List<Field> children = given.getChildren();
    boolean named = promised.getType() instanceof ArrowType.Struct;
    boolean same = wanted.size() == children.size();
    for (int i = 0; same && i < wanted.size(); i++) {
      same =
          same(wanted.get(i), children.get(i), dictionaries)
              && (!named || wanted.get(i).getName().equals(children.get(i).getName()));
    }
    return same;
  }

  private static ArrowType storage(ArrowType type) {
    return type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type;
  }

  /** {@return the type of a field as text} */
  static String text(Field field) {
    return field.getChildren().isEmpty()
        ? field.getType().toString()
        : field.getType() + "" + field.getChildren();
  }
}
