package io.datafusion.internal.arrow;

import io.datafusion.internal.Times;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** Values of vectors as objects of the classes that constants have. */
public final class VectorValues {
  private static final long MILLIS_OF_DAY = 86_400_000L;

  private VectorValues() {}

  /**
   * {@return a value: a list for a list, a map by names for a struct, and a map for a map}
   *
   * @throws UnsupportedOperationException if no class of constants holds it
   */
  public static @Nullable Object of(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return null;
    }
    return switch (vector) {
      case MapVector map -> map(map, row);
      case BaseListVector list ->
          list(list, list.getElementStartIndex(row), list.getElementEndIndex(row));
      case LargeListVector list ->
          list(list, list.getElementStartIndex(row), list.getElementEndIndex(row));
      case StructVector struct -> struct(struct, row);
      default -> leaf(vector, row);
    };
  }

  private static List<@Nullable Object> list(FieldVector vector, long start, long end) {
    var items = new ArrayList<@Nullable Object>();
    FieldVector data = vector.getChildrenFromFields().getFirst();
    for (long i = start; i < end; i++) {
      items.add(of(data, Math.toIntExact(i)));
    }
    return Collections.unmodifiableList(items);
  }

  private static Map<String, @Nullable Object> struct(StructVector vector, int row) {
    var members = new LinkedHashMap<String, @Nullable Object>();
    for (FieldVector member : vector.getChildrenFromFields()) {
      members.put(member.getName(), of(member, row));
    }
    return Collections.unmodifiableMap(members);
  }

  private static Map<@Nullable Object, @Nullable Object> map(MapVector vector, int row) {
    var entries = new LinkedHashMap<@Nullable Object, @Nullable Object>();
    List<FieldVector> pair = vector.getDataVector().getChildrenFromFields();
    for (int i = vector.getElementStartIndex(row); i < vector.getElementEndIndex(row); i++) {
      entries.put(of(pair.getFirst(), i), of(pair.getLast(), i));
    }
    return Collections.unmodifiableMap(entries);
  }

  private static Object leaf(FieldVector vector, int row) {
    return switch (vector.getField().getType()) {
      case ArrowType.Int type when !type.getIsSigned() ->
          unsigned(((BaseIntVector) vector).getValueAsLong(row), type.getBitWidth());
      case ArrowType.Utf8 _, ArrowType.LargeUtf8 _, ArrowType.Utf8View _ ->
          vector.getObject(row).toString();
      case ArrowType.Date _ -> date(vector, row);
      case ArrowType.Time type -> time(vector, row, type.getUnit());
      case ArrowType.Timestamp type -> timestamp(((TimeStampVector) vector).get(row), type);
      case ArrowType.Int _,
          ArrowType.FloatingPoint _,
          ArrowType.Bool _,
          ArrowType.Binary _,
          ArrowType.LargeBinary _,
          ArrowType.BinaryView _,
          ArrowType.FixedSizeBinary _,
          ArrowType.Duration _,
          ArrowType.Interval _,
          ArrowType.Decimal _ ->
          vector.getObject(row);
      default -> throw new UnsupportedOperationException("no values of " + vector.getField());
    };
  }

  private static Object unsigned(long value, int bits) {
    return switch (bits) {
      case Byte.SIZE, Short.SIZE -> (int) value;
      case Integer.SIZE -> value;
      default -> new BigInteger(Long.toUnsignedString(value));
    };
  }

  private static LocalDate date(FieldVector vector, int row) {
    return vector instanceof DateDayVector days
        ? LocalDate.ofEpochDay(days.get(row))
        : LocalDate.ofEpochDay(Math.floorDiv(((DateMilliVector) vector).get(row), MILLIS_OF_DAY));
  }

  private static LocalTime time(FieldVector vector, int row, TimeUnit unit) {
    long count =
        switch (unit) {
          case SECOND -> ((TimeSecVector) vector).get(row);
          case MILLISECOND -> ((TimeMilliVector) vector).get(row);
          case MICROSECOND -> ((TimeMicroVector) vector).get(row);
          case NANOSECOND -> ((TimeNanoVector) vector).get(row);
        };
    return LocalTime.ofNanoOfDay(Times.duration(count, unit).toNanos());
  }

  private static Object timestamp(long count, ArrowType.Timestamp type) {
    Instant instant = Instant.EPOCH.plus(Times.duration(count, type.getUnit()));
    return type.getTimezone() == null ? LocalDateTime.ofInstant(instant, ZoneOffset.UTC) : instant;
  }
}
