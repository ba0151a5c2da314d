package io.datafusion.internal;

import io.datafusion.internal.arrow.CData;
import java.util.List;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** The types that constants may have, nulls included. */
public final class ConstantTypes {
  private ConstantTypes() {}

  /**
   * {@return the type without what a constant does not have: name, nullability} A decimal of 32 or
   * 64 bits becomes one of 128, as in every result.
   *
   * @throws IllegalArgumentException if the engine has no such type, or no constants of it
   */
  public static Field of(Field type) {
    check(type, 0);
    if (!type.getChildren().isEmpty()) {
      return type;
    }
    return Field.nullable("", WideDecimals.of(type.getType()));
  }

  private static void check(Field field, int depth) {
    if (depth > CData.MAX_DEPTH) {
      throw new IllegalArgumentException("a type nested deeper than " + CData.MAX_DEPTH);
    }
    if (depth > 0) {
      Texts.check(field.getName(), "a field's name");
      Texts.check(field.getMetadata(), "a field's metadata");
    }
    ArrowType type = field.getType();
    if (!isWhole(type)) {
      throw new IllegalArgumentException("no constants of " + type);
    }
    List<Field> children = field.getChildren();
    if (!hasPlace(type, children)) {
      throw new IllegalArgumentException(
          "no constants of " + type + " with " + children.size() + " children");
    }
    children.forEach(child -> check(child, depth + 1));
  }

  /** {@return whether the engine has the type, children aside} */
  private static boolean isWhole(ArrowType type) {
    return switch (type) {
      case ArrowType.Int t -> List.of(8, 16, 32, 64).contains(t.getBitWidth());
      case ArrowType.FixedSizeBinary t -> t.getByteWidth() >= 0;
      case ArrowType.FixedSizeList t -> t.getListSize() >= 0;
      case ArrowType.Timestamp t -> t.getTimezone() == null || !t.getTimezone().isEmpty();
      case ArrowType.Time t -> {
        boolean coarse = t.getUnit() == TimeUnit.SECOND || t.getUnit() == TimeUnit.MILLISECOND;
        yield t.getBitWidth() == (coarse ? 32 : 64);
      }
      case ArrowType.Decimal t -> {
        int digits = digits(t.getBitWidth());
        yield t.getPrecision() >= 1
            && t.getPrecision() <= digits
            && t.getScale() <= t.getPrecision()
            && t.getScale() >= -digits;
      }
      case ArrowType.Null _,
          ArrowType.Bool _,
          ArrowType.FloatingPoint _,
          ArrowType.Utf8 _,
          ArrowType.LargeUtf8 _,
          ArrowType.Utf8View _,
          ArrowType.Binary _,
          ArrowType.LargeBinary _,
          ArrowType.BinaryView _,
          ArrowType.Date _,
          ArrowType.Duration _,
          ArrowType.Interval _,
          ArrowType.List _,
          ArrowType.LargeList _,
          ArrowType.Struct _,
          ArrowType.Map _ ->
          true;
      default -> false;
    };
  }

  private static int digits(int bits) {
    return switch (bits) {
      case 32 -> 9;
      case 64 -> 18;
      case 128 -> 38;
      case 256 -> 76;
      default -> 0;
    };
  }

  private static boolean hasPlace(ArrowType type, List<Field> children) {
    return switch (type) {
      case ArrowType.List _, ArrowType.LargeList _, ArrowType.FixedSizeList _ ->
          children.size() == 1;
      case ArrowType.Map _ ->
          children.size() == 1
              && children.get(0).getType() instanceof ArrowType.Struct
              && children.get(0).getChildren().size() == 2;
      case ArrowType.Struct _ -> true;
      default -> children.isEmpty();
    };
  }
}
