package io.datafusion.internal.callable;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A column that is made here, in an arena: an output as native code would hand it over. */
final class OwnColumn {
  private static final int OUTPUT_SIZE = 40;
  private static final int VALUES = 8;
  private static final int OFFSETS = 16;
  private static final int CAPACITY = 24;
  private static final int NULL_COUNT = 32;
  private static final int FIRST_CAPACITY = 16;

  private static final int ARRAY_SIZE = 80;
  private static final int ARRAY_NULL_COUNT = 8;
  private static final int ARRAY_N_BUFFERS = 24;
  private static final int ARRAY_BUFFERS = 40;
  private static final int ARRAY_RELEASE = 64;

  private final Arena arena;
  private final RowType type;
  private final int rows;
  private final MemorySegment output;
  private final OutputColumn column;

  OwnColumn(Arena arena, MemorySegment space, String name, RowType type, int rows) {
    this.arena = arena;
    this.type = type;
    this.rows = rows;
    this.output = arena.allocate(OUTPUT_SIZE, Long.BYTES);
    MemorySegment validity = arena.allocate((rows + 63L) / 64 * Long.BYTES, Long.BYTES);
    output.set(JAVA_LONG, 0, validity.fill((byte) 0xff).address());
    if (type.kind().isVariableWidth()) {
      long offsets = arena.allocate((rows + 1L) * Integer.BYTES, Long.BYTES).address();
      output.set(JAVA_LONG, OFFSETS, offsets);
      long capacity = FIRST_CAPACITY * (rows + 1L);
      output.set(JAVA_LONG, VALUES, arena.allocate(capacity).address());
      output.set(JAVA_LONG, CAPACITY, capacity);
    } else {
      long size = Math.max(1, type.kind().sizeOf(rows));
      output.set(JAVA_LONG, VALUES, arena.allocate(size, 2 * Long.BYTES).address());
    }
    var signature = new RowSignature(name, List.of(type), type, false);
    var memory = new RowMemory(space, (_, capacity) -> grow(space, capacity));
    this.column = new OutputColumn(signature, memory, output.address(), rows);
  }

  private void grow(MemorySegment space, long capacity) {
    MemorySegment grown = arena.allocate(capacity);
    long before = output.get(JAVA_LONG, CAPACITY);
    grown.copyFrom(space.asSlice(output.get(JAVA_LONG, VALUES), before));
    output.set(JAVA_LONG, VALUES, grown.address());
    output.set(JAVA_LONG, CAPACITY, capacity);
  }

  /** {@return where the values are written} */
  OutputColumn output() {
    return column;
  }

  /** {@return the column as a {@code struct ArrowArray} that lives as long as the arena} */
  MemorySegment array(MemorySegment release) {
    column.finish();
    boolean variable = type.kind().isVariableWidth();
    MemorySegment buffers = arena.allocate(3L * Long.BYTES, Long.BYTES);
    buffers.set(JAVA_LONG, 0, output.get(JAVA_LONG, 0));
    long first = output.get(JAVA_LONG, variable ? OFFSETS : VALUES);
    buffers.set(JAVA_LONG, Long.BYTES, first);
    buffers.set(JAVA_LONG, 2L * Long.BYTES, output.get(JAVA_LONG, VALUES));
    MemorySegment array = arena.allocate(ARRAY_SIZE, Long.BYTES);
    array.set(JAVA_LONG, 0, rows);
    array.set(JAVA_LONG, ARRAY_NULL_COUNT, output.get(JAVA_LONG, NULL_COUNT));
    array.set(JAVA_LONG, ARRAY_N_BUFFERS, variable ? 3 : 2);
    array.set(JAVA_LONG, ARRAY_BUFFERS, buffers.address());
    array.set(JAVA_LONG, ARRAY_RELEASE, release.address());
    return array;
  }
}
