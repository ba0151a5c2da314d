package io.datafusion.internal.arrow;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.Types;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** The format strings of the C Data interface. */
final class Format {
  private Format() {}

  /**
   * {@return the type a format string names}
   *
   * @param format the string
   * @param flags the flags of its schema, which say whether the keys of a map are sorted
   * @throws UnsupportedOperationException if the string names no type Arrow Java knows
   */
  static ArrowType parse(String format, long flags) {
    int colon = format.indexOf(':');
    if (colon >= 0) {
      return parameterised(format, format.substring(0, colon), format.substring(colon + 1));
    }
    return switch (format) {
      case "n" -> ArrowType.Null.INSTANCE;
      case "b" -> ArrowType.Bool.INSTANCE;
      case "c", "s", "i", "l" -> new ArrowType.Int(integerBits(format), true);
      case "C", "S", "I", "L" -> new ArrowType.Int(integerBits(format), false);
      case "e" -> new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
      case "f" -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case "g" -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case "z" -> ArrowType.Binary.INSTANCE;
      case "Z" -> ArrowType.LargeBinary.INSTANCE;
      case "vz" -> ArrowType.BinaryView.INSTANCE;
      case "u" -> ArrowType.Utf8.INSTANCE;
      case "U" -> ArrowType.LargeUtf8.INSTANCE;
      case "vu" -> ArrowType.Utf8View.INSTANCE;
      case "+s" -> ArrowType.Struct.INSTANCE;
      case "+l" -> ArrowType.List.INSTANCE;
      case "+L" -> ArrowType.LargeList.INSTANCE;
      case "+vl" -> ArrowType.ListView.INSTANCE;
      case "+vL" -> ArrowType.LargeListView.INSTANCE;
      case "+m" -> new ArrowType.Map((flags & CData.FLAG_MAP_KEYS_SORTED) != 0);
      case "+r" -> ArrowType.RunEndEncoded.INSTANCE;
      default -> temporal(format);
    };
  }

  private static int integerBits(String format) {
    return switch (format) {
      case "c", "C" -> 8;
      case "s", "S" -> 16;
      case "i", "I" -> 32;
      default -> 64;
    };
  }

  private static ArrowType temporal(String format) {
    return switch (format) {
      case "tdD" -> new ArrowType.Date(DateUnit.DAY);
      case "tdm" -> new ArrowType.Date(DateUnit.MILLISECOND);
      case "tts" -> new ArrowType.Time(TimeUnit.SECOND, 32);
      case "ttm" -> new ArrowType.Time(TimeUnit.MILLISECOND, 32);
      case "ttu" -> new ArrowType.Time(TimeUnit.MICROSECOND, 64);
      case "ttn" -> new ArrowType.Time(TimeUnit.NANOSECOND, 64);
      case "tDs", "tDm", "tDu", "tDn" -> new ArrowType.Duration(unit(format.charAt(2)));
      case "tiM" -> new ArrowType.Interval(IntervalUnit.YEAR_MONTH);
      case "tiD" -> new ArrowType.Interval(IntervalUnit.DAY_TIME);
      case "tin" -> new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO);
      default -> throw unknown(format);
    };
  }

  private static ArrowType parameterised(String format, String kind, String parameters) {
    try {
      return switch (kind) {
        case "d" -> decimal(format, integers(parameters));
        case "w" -> new ArrowType.FixedSizeBinary(Integer.parseInt(parameters));
        case "+w" -> new ArrowType.FixedSizeList(Integer.parseInt(parameters));
        case "+us" -> new ArrowType.Union(UnionMode.Sparse, integers(parameters));
        case "+ud" -> new ArrowType.Union(UnionMode.Dense, integers(parameters));
        case "tss", "tsm", "tsu", "tsn" ->
            new ArrowType.Timestamp(unit(kind.charAt(2)), parameters.isEmpty() ? null : parameters);
        default -> throw unknown(format);
      };
    } catch (NumberFormatException e) {
      throw unknown(format);
    }
  }

  private static ArrowType decimal(String format, int[] parameters) {
    return switch (parameters.length) {
      case 2 -> new ArrowType.Decimal(parameters[0], parameters[1], 128);
      case 3 -> new ArrowType.Decimal(parameters[0], parameters[1], parameters[2]);
      default -> throw unknown(format);
    };
  }

  private static int[] integers(String parameters) {
    if (parameters.isEmpty()) {
      return new int[0];
    }
    return Arrays.stream(parameters.split(",", -1)).mapToInt(Integer::parseInt).toArray();
  }

  private static TimeUnit unit(char letter) {
    return switch (letter) {
      case 's' -> TimeUnit.SECOND;
      case 'm' -> TimeUnit.MILLISECOND;
      case 'u' -> TimeUnit.MICROSECOND;
      default -> TimeUnit.NANOSECOND;
    };
  }

  private static UnsupportedOperationException unknown(String format) {
    return new UnsupportedOperationException(
        "'" + format + "' is not a format of the Arrow C data interface that Arrow Java knows");
  }

  /** {@return the format string of the field's type; of a dictionary-encoded field, its index's} */
  static String of(Field field) {
    return of(field, field.getType());
  }

  private static String of(Field field, ArrowType type) {
    return switch (type) {
      case ArrowType.ExtensionType extension -> of(field, extension.storageType());
      case ArrowType.Null _ -> "n";
      case ArrowType.Bool _ -> "b";
      case ArrowType.Int integer -> integer(integer);
      case ArrowType.FloatingPoint floating ->
          switch (floating.getPrecision()) {
            case HALF -> "e";
            case SINGLE -> "f";
            case DOUBLE -> "g";
          };
      case ArrowType.Decimal decimal -> decimal(decimal);
      case ArrowType.Binary _ -> "z";
      case ArrowType.LargeBinary _ -> "Z";
      case ArrowType.BinaryView _ -> "vz";
      case ArrowType.FixedSizeBinary binary -> "w:" + binary.getByteWidth();
      case ArrowType.Utf8 _ -> "u";
      case ArrowType.LargeUtf8 _ -> "U";
      case ArrowType.Utf8View _ -> "vu";
      default -> type.isComplex() ? nested(field, type) : temporal(type);
    };
  }

  private static String integer(ArrowType.Int type) {
    String signed =
        switch (type.getBitWidth()) {
          case 8 -> "c";
          case 16 -> "s";
          case 32 -> "i";
          default -> "l";
        };
    return type.getIsSigned() ? signed : signed.toUpperCase(Locale.ROOT);
  }

  private static String decimal(ArrowType.Decimal type) {
    String format = "d:" + type.getPrecision() + "," + type.getScale();
    return type.getBitWidth() == 128 ? format : format + "," + type.getBitWidth();
  }

  private static String temporal(ArrowType type) {
    return switch (type) {
      case ArrowType.Date date -> date.getUnit() == DateUnit.DAY ? "tdD" : "tdm";
      case ArrowType.Time time -> "tt" + letter(time.getUnit());
      case ArrowType.Timestamp stamp ->
          "ts"
              + letter(stamp.getUnit())
              + ":"
              + (stamp.getTimezone() == null ? "" : stamp.getTimezone());
      case ArrowType.Duration duration -> "tD" + letter(duration.getUnit());
      case ArrowType.Interval interval ->
          switch (interval.getUnit()) {
            case YEAR_MONTH -> "tiM";
            case DAY_TIME -> "tiD";
            case MONTH_DAY_NANO -> "tin";
          };
      default -> throw new UnsupportedOperationException("no C data format for " + type);
    };
  }

  private static char letter(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 's';
      case MILLISECOND -> 'm';
      case MICROSECOND -> 'u';
      case NANOSECOND -> 'n';
    };
  }

  private static String nested(Field field, ArrowType type) {
    return switch (type) {
      case ArrowType.Struct _ -> "+s";
      case ArrowType.List _ -> "+l";
      case ArrowType.LargeList _ -> "+L";
      case ArrowType.ListView _ -> "+vl";
      case ArrowType.LargeListView _ -> "+vL";
      case ArrowType.FixedSizeList list -> "+w:" + list.getListSize();
      case ArrowType.Map _ -> "+m";
      case ArrowType.RunEndEncoded _ -> "+r";
      case ArrowType.Union union ->
          (union.getMode() == UnionMode.Sparse ? "+us:" : "+ud:")
              + Arrays.stream(typeIds(field, union))
                  .mapToObj(Integer::toString)
                  .collect(Collectors.joining(","));
      default -> throw new UnsupportedOperationException("no C data format for " + type);
    };
  }

  /** {@return the type of a field, of an extension type what it is stored as} */
  static ArrowType storage(Field field) {
    return field.getType() instanceof ArrowType.ExtensionType extension
        ? extension.storageType()
        : field.getType();
  }

  /** {@return the type id of each child of a union; where none are declared, what vectors use} */
  @SuppressWarnings("EnumOrdinal") // UnionVector's own choice
  static int[] typeIds(Field field, ArrowType.Union union) {
    int[] declared = union.getTypeIds();
    if (declared != null) {
      return declared;
    }
    return union.getMode() == UnionMode.Dense
        ? IntStream.range(0, field.getChildren().size()).toArray()
        : field.getChildren().stream()
            .mapToInt(child -> Types.getMinorTypeForArrowType(child.getType()).ordinal())
            .toArray();
  }
}
