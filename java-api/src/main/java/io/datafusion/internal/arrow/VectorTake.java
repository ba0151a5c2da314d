package io.datafusion.internal.arrow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Rows of vectors as vectors of their own, of every type: Arrow Java copies no nulls, list views
 * and runs.
 */
public final class VectorTake {
  private final BufferAllocator allocator;

  private VectorTake(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /**
   * {@return a vector of rows of another}
   *
   * @param from the other, whose dictionary the rows keep, and the data that views point into
   * @param field what the other was made of: vectors of unions do not keep all of it
   * @param rows which rows, in which order; any of them any number of times
   * @param allocator what the vector's memory is accounted to; of the same root as that of the
   *     other
   * @throws UnsupportedOperationException if Arrow Java has no vector for the type
   */
  public static FieldVector of(
      FieldVector from, Field field, int[] rows, BufferAllocator allocator) {
    FieldVector to = field.createVector(allocator);
    try {
      new VectorTake(allocator).take(from, field, to, rows);
      return to;
    } catch (Throwable failure) {
      to.close();
      throw failure;
    }
  }

  private void take(FieldVector source, Field field, FieldVector target, int[] rows) {
    FieldVector from = storage(source);
    FieldVector to = storage(target);
    try (var buffers = new Buffers(from, rows)) {
      switch (ArrayLayout.of(field)) {
        case ArrayLayout.Nulls _ -> {}
        case ArrayLayout.Fixed(int bits) -> buffers.validity().values(1, bits);
        case ArrayLayout.Variable(int width) -> buffers.validity().data(width);
        case ArrayLayout.Views _ ->
            buffers.validity().values(1, CleanViews.BYTES * Byte.SIZE).shared(2);
        case ArrayLayout.Struct _ -> {
          buffers.validity();
          children(from, field, to, rows);
        }
        case ArrayLayout.Lists(int width) -> {
          int[] items = buffers.validity().lists(width);
          children(from, field, to, items);
        }
        case ArrayLayout.ListViews(int width) -> {
          int[] items = buffers.validity().listViews(width);
          children(from, field, to, items);
        }
        case ArrayLayout.FixedLists(int size) -> {
          int[] items = buffers.validity().fixedLists(size);
          children(from, field, to, items);
        }
        case ArrayLayout.SparseUnion _ -> {
          buffers.values(0, Byte.SIZE);
          children(from, field, to, rows);
        }
        case ArrayLayout.DenseUnion _ -> {
          buffers.values(0, Byte.SIZE);
          dense((DenseUnionVector) from, field, (DenseUnionVector) to, buffers);
        }
        case ArrayLayout.RunEnds _ -> runs((RunEndEncodedVector) from, field, to, rows);
      }
      // a null count is only asked for where there is no bitmap, and then there are no nulls
      to.loadFieldBuffers(new ArrowFieldNode(rows.length, 0), buffers.list);
    }
  }

  private void children(FieldVector from, Field field, FieldVector to, int[] rows) {
    List<FieldVector> children = from.getChildrenFromFields();
    for (int i = 0; i < children.size(); i++) {
      take(children.get(i), field.getChildren().get(i), to.getChildrenFromFields().get(i), rows);
    }
  }

  private void dense(DenseUnionVector from, Field field, DenseUnionVector to, Buffers buffers) {
    int[] ids = Format.typeIds(field, (ArrowType.Union) Format.storage(field));
    int[][] rows = buffers.dense(ids);
    for (int i = 0; i < ids.length; i++) {
      FieldVector source = (FieldVector) from.getVectorByType((byte) ids[i]);
      FieldVector target = (FieldVector) to.getVectorByType((byte) ids[i]);
      take(source, field.getChildren().get(i), target, rows[i]);
    }
  }

  /** A run for each row. */
  private void runs(RunEndEncodedVector from, Field field, FieldVector to, int[] rows) {
    int[] runs = Arrays.stream(rows).map(from::getPhysicalIndex).toArray();
    FieldVector ends = to.getChildrenFromFields().getFirst();
    int width = ((ArrowType.Int) ends.getField().getType()).getBitWidth() / Byte.SIZE;
    try (ArrowBuf made = allocator.buffer((long) width * rows.length)) {
      for (int row = 0; row < rows.length; row++) {
        switch (width) {
          case Short.BYTES -> made.setShort((long) row * width, row + 1);
          case Integer.BYTES -> made.setInt((long) row * width, row + 1);
          default -> made.setLong((long) row * width, row + 1L);
        }
      }
      made.writerIndex((long) width * rows.length);
      List<ArrowBuf> buffers = List.of(allocator.getEmpty(), made);
      ends.loadFieldBuffers(new ArrowFieldNode(rows.length, 0), buffers);
    }
    FieldVector values = to.getChildrenFromFields().getLast();
    take(from.getValuesVector(), field.getChildren().getLast(), values, runs);
  }

  private static FieldVector storage(FieldVector vector) {
    return vector instanceof ExtensionTypeVector<?> extension
        ? storage(extension.getUnderlyingVector())
        : vector;
  }

  /** The buffers of the rows, in the order in which a vector loads them. */
  private final class Buffers implements AutoCloseable {
    private final FieldVector from;
    private final List<ArrowBuf> sources;
    private final int[] rows;
    private final List<ArrowBuf> list = new ArrayList<>();
    private final List<ArrowBuf> own = new ArrayList<>();

    Buffers(FieldVector from, int[] rows) {
      this.from = from;
      this.sources = from.getFieldBuffers();
      this.rows = rows;
    }

    private ArrowBuf make(long size) {
      ArrowBuf buffer = allocator.buffer(size);
      own.add(buffer);
      list.add(buffer);
      buffer.writerIndex(size);
      return buffer;
    }

    private boolean hasNulls() {
      return from.getNullCount() != 0;
    }

    Buffers validity() {
      if (hasNulls()) {
        bits(0);
      } else {
        list.add(allocator.getEmpty());
      }
      return this;
    }

    private void bits(int index) {
      ArrowBuf source = sources.get(index);
      long bytes = Bitmaps.bytes(rows.length);
      ArrowBuf bits = make(bytes).setZero(0, bytes);
      for (int row = 0; row < rows.length; row++) {
        if (BitVectorHelper.get(source, rows[row]) != 0) {
          BitVectorHelper.setBit(bits, row);
        }
      }
    }

    Buffers values(int index, int bits) {
      if (bits == 1) {
        bits(index);
        return this;
      }
      ArrowBuf source = sources.get(index);
      int width = bits / Byte.SIZE;
      ArrowBuf values = make((long) width * rows.length);
      for (int row = 0; row < rows.length; row++) {
        copy(source, rows[row], values, row, width);
      }
      return this;
    }

    private static void copy(ArrowBuf from, long row, ArrowBuf to, long as, int width) {
      switch (width) {
        case Byte.BYTES -> to.setByte(as, from.getByte(row));
        case Short.BYTES -> to.setShort(as * width, from.getShort(row * width));
        case Integer.BYTES -> to.setInt(as * width, from.getInt(row * width));
        case Long.BYTES -> to.setLong(as * width, from.getLong(row * width));
        default -> to.setBytes(as * width, from, row * width, width);
      }
    }

    /** The buffers from there on, which several vectors may point into. */
    Buffers shared(int first) {
      list.addAll(sources.subList(first, sources.size()));
      return this;
    }

    private static long offset(ArrowBuf offsets, long index, int width) {
      return width == Integer.BYTES
          ? offsets.getInt(index * width)
          : offsets.getLong(index * width);
    }

    private static void putOffset(ArrowBuf offsets, long index, int width, long value) {
      if (width == Integer.BYTES) {
        offsets.setInt(index * width, Math.toIntExact(value));
      } else {
        offsets.setLong(index * width, value);
      }
    }

    /** {@return where the values of the rows begin, of rows that are null nowhere} */
    private long[] offsets(int width, long[] starts) {
      ArrowBuf source = sources.get(1);
      ArrowBuf offsets = make((rows.length + 1L) * width);
      long[] sizes = new long[rows.length];
      long end = 0;
      putOffset(offsets, 0, width, 0);
      for (int row = 0; row < rows.length; row++) {
        starts[row] = offset(source, rows[row], width);
        sizes[row] =
            from.isNull(rows[row]) ? 0 : offset(source, rows[row] + 1L, width) - starts[row];
        end += sizes[row];
        putOffset(offsets, row + 1L, width, end);
      }
      return sizes;
    }

    void data(int width) {
      long[] starts = new long[rows.length];
      long[] sizes = offsets(width, starts);
      ArrowBuf source = sources.get(2);
      ArrowBuf data = make(Arrays.stream(sizes).sum());
      long end = 0;
      for (int row = 0; row < rows.length; row++) {
        data.setBytes(end, source, starts[row], sizes[row]);
        end += sizes[row];
      }
    }

    int[] lists(int width) {
      long[] starts = new long[rows.length];
      return items(starts, offsets(width, starts));
    }

    int[] listViews(int width) {
      ArrowBuf fromOffsets = sources.get(1);
      ArrowBuf fromSizes = sources.get(2);
      ArrowBuf offsets = make((long) width * rows.length);
      ArrowBuf sizes = make((long) width * rows.length);
      long[] starts = new long[rows.length];
      long[] counts = new long[rows.length];
      long end = 0;
      for (int row = 0; row < rows.length; row++) {
        starts[row] = offset(fromOffsets, rows[row], width);
        counts[row] = from.isNull(rows[row]) ? 0 : offset(fromSizes, rows[row], width);
        putOffset(offsets, row, width, end);
        putOffset(sizes, row, width, counts[row]);
        end += counts[row];
      }
      return items(starts, counts);
    }

    int[] fixedLists(int size) {
      long[] starts = Arrays.stream(rows).mapToLong(row -> (long) row * size).toArray();
      long[] sizes = new long[rows.length];
      Arrays.fill(sizes, size);
      return items(starts, sizes);
    }

    private static int[] items(long[] starts, long[] sizes) {
      int[] items = new int[Math.toIntExact(Arrays.stream(sizes).sum())];
      int item = 0;
      for (int row = 0; row < starts.length; row++) {
        for (long i = 0; i < sizes[row]; i++) {
          items[item++] = (int) (starts[row] + i);
        }
      }
      return items;
    }

    /** {@return the rows of each child} */
    int[][] dense(int[] typeIds) {
      ArrowBuf types = sources.get(0);
      ArrowBuf fromOffsets = sources.get(1);
      ArrowBuf offsets = make((long) Integer.BYTES * rows.length);
      int[][] children = new int[typeIds.length][rows.length];
      int[] counts = new int[typeIds.length];
      for (int row = 0; row < rows.length; row++) {
        int child = 0;
        while (typeIds[child] != types.getByte(rows[row])) {
          child++;
        }
        offsets.setInt((long) Integer.BYTES * row, counts[child]);
        children[child][counts[child]++] = fromOffsets.getInt((long) Integer.BYTES * rows[row]);
      }
      for (int child = 0; child < children.length; child++) {
        children[child] = Arrays.copyOf(children[child], counts[child]);
      }
      return children;
    }

    @Override
    public void close() {
      own.forEach(ArrowBuf::close);
    }
  }
}
