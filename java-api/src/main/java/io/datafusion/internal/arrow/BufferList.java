package io.datafusion.internal.arrow;

import static io.datafusion.internal.arrow.CData.NULL;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * The buffers of one array in the order in which a vector loads them. Each method adds the next
 * one: a part of the batch, or one of our own, which closing lets go of; what a vector has loaded
 * it has retained.
 */
final class BufferList implements AutoCloseable {
  private static final int VIEW_BITS = 128;

  /** So many bytes of the batch or, if that is none, a buffer of our own, or the absent bitmap. */
  private record Buffer(@Nullable ArrowBuf ours, long address, long size) {
    static final Buffer ABSENT = new Buffer(null, NULL, 0);

    static Buffer ours(ArrowBuf buffer) {
      return new Buffer(buffer, NULL, 0);
    }
  }

  private final BufferAllocator allocator;
  private final ArrayView array;
  private final Field field;
  private final List<Buffer> buffers = new ArrayList<>(3);

  BufferList(BufferAllocator allocator, ArrayView array, Field field) {
    this.allocator = allocator;
    this.array = array;
    this.field = field;
  }

  /** {@return how many bytes of the batch the buffers have} */
  long bytes() {
    long bytes = 0;
    for (Buffer buffer : buffers) {
      bytes += buffer.size;
    }
    return bytes;
  }

  /** {@return how many bits the bitmap has that is absent, none if none is} */
  long absentBits() {
    return buffers.contains(Buffer.ABSENT) ? array.length() : 0;
  }

  /**
   * Loads the buffers into a vector.
   *
   * @param whole the batch that they are parts of
   * @param absent the bitmap that is absent, since a vector always has one
   */
  void load(FieldVector vector, ArrowBuf whole, ArrowBuf absent) {
    List<ArrowBuf> made = new ArrayList<>(buffers.size());
    for (Buffer buffer : buffers) {
      if (buffer.size > 0) {
        made.add(BatchMemory.part(whole, buffer.address, buffer.size));
      } else {
        made.add(buffer.ours == null ? absent : buffer.ours);
      }
    }
    vector.loadFieldBuffers(new ArrowFieldNode(array.length(), 0), made);
  }

  /** Checks that the array has {@code count} buffers. */
  BufferList expect(int count) {
    if (array.bufferCount() != count) {
      throw malformed("has %d buffers instead of %d".formatted(array.bufferCount(), count));
    }
    return this;
  }

  /** A bitmap that is not there: every row is valid. */
  BufferList absent() {
    buffers.add(Buffer.ABSENT);
    return this;
  }

  BufferList validity() {
    return array.bufferCount() < 1 || array.buffer(0) == NULL ? absent() : bits(0);
  }

  /** Values of {@code bits} bits each. */
  BufferList values(int index, int bits) {
    if (bits == 1) {
      return bits(index);
    }
    long width = bits / Byte.SIZE;
    return wrapped(index, array.offset() * width, array.length() * width);
  }

  private BufferList bits(int index) {
    long first = array.offset();
    long bytes = Bitmaps.bytes(array.length());
    if ((first & 7) == 0 || bytes == 0) {
      return wrapped(index, first >>> 3, bytes);
    }
    long source = address(index);
    return made(bytes, target -> Bitmaps.shift(source, first, array.length(), target));
  }

  /** {@return the last of the offsets, which are added: how many rows of the child are used} */
  long offsets(int width) {
    if (array.length() == 0) {
      // an empty array may come without offsets; vectors want the one that is always there
      made(width, target -> CData.at(target, width).fill((byte) 0));
      return 0;
    }
    wrapped(1, array.offset() * width, (array.length() + 1) * width);
    long start = address(1) + array.offset() * width;
    long first = offsetAt(start, width);
    long last = offsetAt(start + array.length() * width, width);
    if (first < 0 || last < first) {
      throw malformed("has offsets from %d to %d".formatted(first, last));
    }
    return last;
  }

  private static long offsetAt(long address, int width) {
    return width == Integer.BYTES ? CData.intAt(address) : CData.longAt(address);
  }

  BufferList offsetsAndData(int width) {
    long end = offsets(width);
    return wrapped(2, 0, end);
  }

  /** Views and the data buffers they point into. */
  BufferList views() {
    long count = array.bufferCount();
    if (count < 3) {
      throw malformed("has %d buffers instead of at least 3".formatted(count));
    }
    values(1, VIEW_BITS);
    long lengths = array.buffer(count - 1);
    for (int i = 2; i < count - 1; i++) {
      if (lengths == NULL) {
        throw malformed("has data buffers without their lengths");
      }
      wrapped(i, 0, CData.pointerAt(lengths, i - 2L));
    }
    return this;
  }

  /** A buffer of our own, filled by a function of its address. */
  BufferList made(long size, LongConsumer fill) {
    ArrowBuf buffer = allocator.buffer(size);
    buffers.add(Buffer.ours(buffer));
    fill.accept(buffer.memoryAddress());
    buffer.writerIndex(size);
    return this;
  }

  private BufferList wrapped(int index, long start, long size) {
    if (size < 0) {
      throw malformed("has a buffer of %d bytes".formatted(size));
    }
    buffers.add(
        size == 0
            ? Buffer.ours(allocator.getEmpty())
            : new Buffer(null, address(index) + start, size));
    return this;
  }

  private long address(int index) {
    long address = array.buffer(index);
    if (address == NULL) {
      throw malformed("has no buffer " + index);
    }
    return address;
  }

  private IllegalArgumentException malformed(String what) {
    return new IllegalArgumentException(
        "the array of field '%s' of type %s %s".formatted(field.getName(), field.getType(), what));
  }

  @Override
  public void close() {
    for (Buffer buffer : buffers) {
      if (buffer.ours != null) {
        buffer.ours.close();
      }
    }
  }
}
