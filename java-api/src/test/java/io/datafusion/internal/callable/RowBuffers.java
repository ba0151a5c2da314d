package io.datafusion.internal.callable;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The native side of a row call, written independently of the product: Arrow arrays of Java values,
 * and an output with guard bytes behind every buffer.
 */
final class RowBuffers implements AutoCloseable {
  private static final int GUARD = 64;
  private static final byte GUARD_BYTE = 0x5A;

  final MemorySegment space = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  final RowMemory memory = new RowMemory(space, this::grow);

  private final Arena arena = Arena.ofConfined();
  private final List<MemorySegment> guarded = new ArrayList<>();
  int growths;

  @Override
  public void close() {
    arena.close();
  }

  /** One {@code ArrowArray} a column, all of the same length. */
  MemorySegment arrays(List<RowType> types, List<List<@Nullable Object>> columns) {
    MemorySegment structs = arena.allocate(80L * types.size(), 8);
    for (int i = 0; i < types.size(); i++) {
      fill(structs.asSlice(80L * i, 80), types.get(i), columns.get(i));
    }
    return structs;
  }

  private void fill(MemorySegment struct, RowType type, List<@Nullable Object> values) {
    boolean variable = type.kind().isVariableWidth();
    MemorySegment buffers = arena.allocate(variable ? 24 : 16, 8);
    long nulls = values.stream().filter(v -> v == null).count();
    struct.set(JAVA_LONG, 0, values.size());
    struct.set(JAVA_LONG, 8, nulls);
    struct.set(JAVA_LONG, 24, variable ? 3 : 2);
    struct.set(JAVA_LONG, 40, buffers.address());
    buffers.set(JAVA_LONG, 0, nulls == 0 ? 0 : validity(values).address());
    if (!variable) {
      buffers.set(JAVA_LONG, 8, bytes(fixed(type, values)).address());
      return;
    }
    var offsets = ByteBuffer.allocate(4 * values.size() + 4).order(ByteOrder.LITTLE_ENDIAN);
    var data = new java.io.ByteArrayOutputStream();
    offsets.putInt(0);
    for (Object value : values) {
      if (value instanceof String s) {
        data.writeBytes(s.getBytes(StandardCharsets.UTF_8));
      } else if (value instanceof byte[] b) {
        data.writeBytes(b);
      }
      offsets.putInt(data.size());
    }
    buffers.set(JAVA_LONG, 8, bytes(offsets.array()).address());
    buffers.set(JAVA_LONG, 16, bytes(data.toByteArray()).address());
  }

  private MemorySegment validity(List<@Nullable Object> values) {
    var bits = new byte[(values.size() + 7) / 8];
    for (int i = 0; i < values.size(); i++) {
      bits[i / 8] |= (byte) (values.get(i) == null ? 0 : 1 << (i % 8));
    }
    return bytes(bits);
  }

  private MemorySegment bytes(byte[] bytes) {
    return arena.allocate(Math.max(1, bytes.length), 8).copyFrom(MemorySegment.ofArray(bytes));
  }

  private static byte[] fixed(RowType type, List<@Nullable Object> values) {
    var buffer = ByteBuffer.allocate(16 * values.size() + 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      int width = type.kind() == RowType.Kind.BOOL ? 0 : (int) type.kind().sizeOf(1);
      int at = i * width;
      switch (value) {
        case null -> {}
        case Boolean b -> buffer.put(i / 8, (byte) (buffer.get(i / 8) | (b ? 1 << (i % 8) : 0)));
        case BigDecimal d -> buffer.put(at, decimal(d, type.scale()));
        case Float f -> buffer.putFloat(at, f);
        case Double d -> buffer.putDouble(at, d);
        default -> putInteger(buffer, at, width, integer(value));
      }
    }
    return buffer.array();
  }

  private static void putInteger(ByteBuffer buffer, int at, int width, long value) {
    for (int i = 0; i < width; i++) {
      buffer.put(at + i, (byte) (value >> (8 * i)));
    }
  }

  private static long integer(Object value) {
    return switch (value) {
      case Number n -> n.longValue();
      case LocalDate d -> d.toEpochDay();
      case LocalTime t -> t.toNanoOfDay() / 1000;
      case Instant i -> ChronoUnit.MICROS.between(Instant.EPOCH, i);
      case LocalDateTime t -> ChronoUnit.MICROS.between(Instant.EPOCH, t.toInstant(ZoneOffset.UTC));
      case Duration d -> d.dividedBy(ChronoUnit.MICROS.getDuration());
      default -> throw new AssertionError(value);
    };
  }

  private static byte[] decimal(BigDecimal value, int scale) {
    BigInteger unscaled = value.setScale(scale).unscaledValue();
    var bytes = new byte[16];
    for (int i = 0; i < 16; i++) {
      bytes[i] = unscaled.shiftRight(8 * i).byteValue();
    }
    return bytes;
  }

  /** A {@code df_output} as native code makes it: validity all ones, values zero. */
  MemorySegment output(RowType type, int rows, int capacity) {
    boolean variable = type.kind().isVariableWidth();
    MemorySegment struct = arena.allocate(40, 8);
    MemorySegment validity = guarded((rows + 7) / 8);
    validity.asSlice(0, (rows + 7) / 8).fill((byte) -1);
    struct.set(JAVA_LONG, 0, validity.address());
    long size = variable ? capacity : type.kind().sizeOf(rows);
    struct.set(JAVA_LONG, 8, guarded(size).address());
    struct.set(JAVA_LONG, 16, variable ? guarded(4L * rows + 4).address() : 0);
    struct.set(JAVA_LONG, 24, variable ? capacity : 0);
    struct.set(JAVA_LONG, 32, -1);
    return struct;
  }

  private MemorySegment guarded(long size) {
    MemorySegment buffer = arena.allocate(size + GUARD, 16);
    guarded.add(buffer.asSlice(size, GUARD).fill(GUARD_BYTE));
    return buffer;
  }

  private void grow(MemorySegment struct, long capacity) {
    MemorySegment grown = guarded(capacity);
    long old = struct.get(JAVA_LONG, 24);
    MemorySegment.copy(space, struct.get(JAVA_LONG, 8), grown, 0, old);
    struct.set(JAVA_LONG, 8, grown.address());
    struct.set(JAVA_LONG, 24, capacity);
    growths++;
  }

  boolean guardsAreWhole() {
    return guarded.stream()
        .allMatch(g -> g.elements(JAVA_BYTE).allMatch(b -> b.get(JAVA_BYTE, 0) == GUARD_BYTE));
  }

  /** The values of an output, nulls as null; checks the count of nulls. */
  List<@Nullable Object> read(RowType type, MemorySegment struct, int rows) {
    MemorySegment validity = space.asSlice(struct.get(JAVA_LONG, 0), (rows + 7) / 8);
    var values = new ArrayList<@Nullable Object>();
    long nulls = 0;
    for (int i = 0; i < rows; i++) {
      boolean valid = (validity.get(JAVA_BYTE, i / 8) >> (i % 8) & 1) == 1;
      values.add(valid ? value(type, struct, i) : null);
      nulls += valid ? 0 : 1;
    }
    if (struct.get(JAVA_LONG, 32) != nulls) {
      throw new AssertionError("null_count " + struct.get(JAVA_LONG, 32) + ", nulls " + nulls);
    }
    return values;
  }

  private Object value(RowType type, MemorySegment struct, int row) {
    long start = struct.get(JAVA_LONG, 8);
    if (type.kind().isVariableWidth()) {
      MemorySegment offsets = space.asSlice(struct.get(JAVA_LONG, 16) + 4L * row, 8);
      int from = offsets.get(JAVA_INT, 0);
      byte[] bytes =
          space.asSlice(start + from, offsets.get(JAVA_INT, 4) - from).toArray(JAVA_BYTE);
      return type.kind() == RowType.Kind.UTF8 ? new String(bytes, StandardCharsets.UTF_8) : bytes;
    }
    if (type.kind() == RowType.Kind.BOOL) {
      return (space.get(JAVA_BYTE, start + row / 8) >> (row % 8) & 1) == 1;
    }
    int width = (int) type.kind().sizeOf(1);
    byte[] bytes = space.asSlice(start + (long) row * width, width).toArray(JAVA_BYTE);
    for (int i = 0; i < width / 2; i++) {
      byte swapped = bytes[i];
      bytes[i] = bytes[width - 1 - i];
      bytes[width - 1 - i] = swapped;
    }
    return fixedValue(type, new BigInteger(bytes));
  }

  private static Object fixedValue(RowType type, BigInteger raw) {
    long value = raw.longValue();
    return switch (type.kind()) {
      case INT64 -> value;
      case INT32 -> (int) value;
      case INT16 -> (short) value;
      case INT8 -> (byte) value;
      case FLOAT64 -> Double.longBitsToDouble(value);
      case FLOAT32 -> Float.intBitsToFloat((int) value);
      case DATE32 -> LocalDate.EPOCH.plusDays(value);
      case TIME64 -> LocalTime.MIDNIGHT.plus(value, ChronoUnit.MICROS);
      case INSTANT -> Instant.EPOCH.plus(value, ChronoUnit.MICROS);
      case TIMESTAMP ->
          LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC).plus(value, ChronoUnit.MICROS);
      case DURATION -> Duration.of(value, ChronoUnit.MICROS);
      case DECIMAL128 -> new BigDecimal(raw, type.scale());
      default -> throw new AssertionError(type);
    };
  }
}
