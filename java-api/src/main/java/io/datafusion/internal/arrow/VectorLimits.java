package io.datafusion.internal.arrow;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** What a schema of Arrow Java can say and its vectors cannot hold. */
public final class VectorLimits {
  private VectorLimits() {}

  /**
   * {@return the schema, all of whose columns have vectors}
   *
   * @throws UnsupportedOperationException naming the column that has none, and why
   */
  public static Schema check(Schema schema) {
    for (Field column : schema.getFields()) {
      try {
        check(column);
      } catch (UnsupportedOperationException e) {
        throw inColumn(column.getName(), e);
      }
    }
    return schema;
  }

  /** {@return what is said of a column that Arrow Java cannot hold, and what to do about it} */
  static UnsupportedOperationException inColumn(String name, UnsupportedOperationException reason) {
    return new UnsupportedOperationException(
        "column '%s': %s; cast it in the query, or leave it out"
            .formatted(name, reason.getMessage()),
        reason);
  }

  private static void check(Field field) {
    switch (field.getType()) {
      case ArrowType.FixedSizeBinary binary when binary.getByteWidth() == 0 ->
          throw new UnsupportedOperationException(
              "Arrow Java has no vector for binary of no bytes");
      case ArrowType.Decimal decimal when decimal.getBitWidth() < 128 ->
          throw new UnsupportedOperationException(
              "Arrow Java has no vector for decimals of %d bits, only for 128 and 256"
                  .formatted(decimal.getBitWidth()));
      case ArrowType.Struct _ -> checkNames(field.getChildren());
      case ArrowType.Union union when union.getMode() == UnionMode.Sparse ->
          checkNames(field.getChildren());
      default -> {}
    }
    field.getChildren().forEach(VectorLimits::check);
  }

  private static void checkNames(List<Field> members) {
    Set<String> names = new HashSet<>();
    for (Field member : members) {
      if (!names.add(member.getName())) {
        throw new UnsupportedOperationException(
            "Arrow Java has no vector for a struct or union with two members '%s'"
                .formatted(member.getName()));
      }
    }
  }
}
