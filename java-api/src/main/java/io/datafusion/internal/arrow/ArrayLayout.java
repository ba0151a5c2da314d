package io.datafusion.internal.arrow;

import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** How the arrays of a type lie in memory: which buffers and children they have. */
sealed interface ArrayLayout {
  /** No buffers: every row is null. */
  record Nulls() implements ArrayLayout {}

  /** Validity and values of {@code bits} bits each. */
  record Fixed(int bits) implements ArrayLayout {}

  /** Validity, offsets of {@code offsetWidth} bytes, data. */
  record Variable(int offsetWidth) implements ArrayLayout {}

  /** Validity, 16-byte views, any number of data buffers, their lengths. */
  record Views() implements ArrayLayout {}

  /** Validity; children as long as the parent. */
  record Struct() implements ArrayLayout {}

  /** Validity and offsets into the child; maps too. */
  record Lists(int offsetWidth) implements ArrayLayout {}

  /** Validity, offsets into the child, sizes. */
  record ListViews(int offsetWidth) implements ArrayLayout {}

  /** Validity; {@code size} rows of the child for each row. */
  record FixedLists(int size) implements ArrayLayout {}

  /** Type ids; children as long as the parent. */
  record SparseUnion() implements ArrayLayout {}

  /** Type ids and offsets into the children. */
  record DenseUnion() implements ArrayLayout {}

  /** No buffers; children are the run ends and the values. */
  record RunEnds() implements ArrayLayout {}

  /**
   * {@return the layout of the field's vectors}
   *
   * @throws UnsupportedOperationException if Arrow Java has no vector for its type
   */
  static ArrayLayout of(Field field) {
    return of(field, field.getType());
  }

  private static ArrayLayout of(Field field, ArrowType type) {
    return switch (type) {
      case ArrowType.ExtensionType extension -> of(field, extension.storageType());
      case ArrowType.Null _ -> new Nulls();
      case ArrowType.Bool _ -> new Fixed(1);
      case ArrowType.Int integer -> new Fixed(integer.getBitWidth());
      case ArrowType.FloatingPoint floating ->
          new Fixed(
              switch (floating.getPrecision()) {
                case HALF -> 16;
                case SINGLE -> 32;
                case DOUBLE -> 64;
              });
      case ArrowType.Decimal decimal -> new Fixed(decimalBits(field, decimal));
      case ArrowType.Date _, ArrowType.Time _, ArrowType.Timestamp _ -> temporal(type);
      case ArrowType.Duration _, ArrowType.Interval _ -> temporal(type);
      case ArrowType.FixedSizeBinary binary -> new Fixed(binary.getByteWidth() * Byte.SIZE);
      case ArrowType.Utf8 _, ArrowType.Binary _ -> new Variable(Integer.BYTES);
      case ArrowType.LargeUtf8 _, ArrowType.LargeBinary _ -> new Variable(Long.BYTES);
      case ArrowType.Utf8View _, ArrowType.BinaryView _ -> new Views();
      default -> nested(field, type);
    };
  }

  private static ArrayLayout temporal(ArrowType type) {
    return new Fixed(
        switch (type) {
          case ArrowType.Date date ->
              switch (date.getUnit()) {
                case DAY -> 32;
                case MILLISECOND -> 64;
              };
          case ArrowType.Time time -> time.getBitWidth();
          case ArrowType.Interval interval ->
              switch (interval.getUnit()) {
                case YEAR_MONTH -> 32;
                case DAY_TIME -> 64;
                case MONTH_DAY_NANO -> 128;
              };
          default -> 64;
        });
  }

  private static ArrayLayout nested(Field field, ArrowType type) {
    return switch (type) {
      case ArrowType.Struct _ -> new Struct();
      case ArrowType.List _, ArrowType.Map _ -> new Lists(Integer.BYTES);
      case ArrowType.LargeList _ -> new Lists(Long.BYTES);
      case ArrowType.ListView _ -> new ListViews(Integer.BYTES);
      case ArrowType.LargeListView _ -> new ListViews(Long.BYTES);
      case ArrowType.FixedSizeList list -> new FixedLists(list.getListSize());
      case ArrowType.Union union ->
          union.getMode() == UnionMode.Sparse ? new SparseUnion() : new DenseUnion();
      case ArrowType.RunEndEncoded _ -> new RunEnds();
      default -> throw unsupported(field);
    };
  }

  private static int decimalBits(Field field, ArrowType.Decimal decimal) {
    // Arrow Java makes a 128-bit vector of the narrow decimals and would read past their ends
    return switch (decimal.getBitWidth()) {
      case 128, 256 -> decimal.getBitWidth();
      default -> throw unsupported(field);
    };
  }

  private static UnsupportedOperationException unsupported(Field field) {
    return new UnsupportedOperationException(
        "Arrow Java has no vector for field '%s' of type %s"
            .formatted(field.getName(), field.getType()));
  }
}
