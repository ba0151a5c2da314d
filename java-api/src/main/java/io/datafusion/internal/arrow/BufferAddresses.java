package io.datafusion.internal.arrow;

import static io.datafusion.internal.arrow.CData.NULL;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/** Where the buffers of a vector lie, each checked to be as long as its rows need. */
final class BufferAddresses {
  private final Field field;
  private final FieldVector vector;
  private final int length;
  private final Arena arena;
  private final List<ArrowBuf> buffers;
  private final LongStream.Builder addresses = LongStream.builder();
  private long nulls;
  private long end;

  BufferAddresses(Field field, FieldVector vector, int length, Arena arena) {
    this.field = field;
    this.vector = vector;
    this.length = length;
    this.arena = arena;
    this.buffers = vector.getFieldBuffers();
    collect(ArrayLayout.of(field));
  }

  long[] addresses() {
    return addresses.build().toArray();
  }

  long nullCount() {
    return nulls;
  }

  /** {@return the last offset: how many rows of the child, or bytes of data, belong to the rows} */
  long end() {
    return end;
  }

  private void collect(ArrayLayout layout) {
    switch (layout) {
      case ArrayLayout.Nulls _ -> nulls = length;
      case ArrayLayout.RunEnds _ -> nulls = 0;
      case ArrayLayout.Fixed fixed ->
          validity().add(1, Bitmaps.bytes((long) length * fixed.bits()));
      case ArrayLayout.Variable variable -> {
        validity().offsets(variable.offsetWidth());
        add(2, end);
      }
      case ArrayLayout.Views _ -> validity().views();
      case ArrayLayout.Struct _, ArrayLayout.FixedLists _ -> validity();
      case ArrayLayout.Lists lists -> validity().offsets(lists.offsetWidth());
      case ArrayLayout.ListViews views -> {
        long bytes = (long) length * views.offsetWidth();
        validity().add(1, bytes).add(2, bytes);
      }
      case ArrayLayout.SparseUnion _ -> add(0, length);
      case ArrayLayout.DenseUnion _ -> add(0, length).add(1, (long) length * Integer.BYTES);
    }
  }

  private BufferAddresses validity() {
    nulls = vector.getNullCount();
    if (nulls == 0) {
      addresses.add(NULL);
      return this;
    }
    if (vector.getValueCount() != length) {
      // some of the nulls may lie behind the rows that are lent: not counted
      nulls = -1;
    }
    return add(0, Bitmaps.bytes(length));
  }

  private BufferAddresses add(int index, long bytes) {
    ArrowBuf buffer = require(index, bytes);
    addresses.add(bytes == 0 ? NULL : buffer.memoryAddress());
    return this;
  }

  private ArrowBuf require(int index, long bytes) {
    ArrowBuf buffer = buffers.get(index);
    if (buffer.capacity() < bytes) {
      throw new IllegalArgumentException(
          "buffer %d of field '%s' of type %s has %d bytes, its %d rows need %d"
              .formatted(
                  index, field.getName(), field.getType(), buffer.capacity(), length, bytes));
    }
    if (bytes > 0 && buffer.refCnt() < 1) {
      throw new IllegalArgumentException(
          "buffer %d of field '%s' was released".formatted(index, field.getName()));
    }
    return buffer;
  }

  private BufferAddresses offsets(int width) {
    if (length == 0) {
      // vectors of no rows may have no offsets; readers expect the one that is always there
      addresses.add(arena.allocate(width, width).address());
      return this;
    }
    add(1, (length + 1L) * width);
    ArrowBuf offsets = buffers.get(1);
    long position = (long) length * width;
    end = width == Integer.BYTES ? offsets.getInt(position) : offsets.getLong(position);
    if (end < 0) {
      throw new IllegalArgumentException(
          "the offsets of field '%s' end at %d".formatted(field.getName(), end));
    }
    return this;
  }

  private void views() {
    ArrowBuf views = require(1, (long) length * CleanViews.BYTES);
    addresses.add(length == 0 ? NULL : CleanViews.address(vector, views, length, arena));
    long[] lengths = new long[buffers.size() - 2];
    for (int i = 0; i < lengths.length; i++) {
      ArrowBuf data = require(i + 2, buffers.get(i + 2).capacity());
      lengths[i] = data.capacity();
      addresses.add(data.memoryAddress());
    }
    addresses.add(CData.pointers(lengths, arena));
  }
}
