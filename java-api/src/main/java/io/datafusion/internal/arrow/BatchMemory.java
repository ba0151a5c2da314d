package io.datafusion.internal.arrow;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;

/**
 * The owner of one native batch: the C Data interface has one release for the whole array. To Arrow
 * Java it is one allocation, of which the buffers are parts, wherever they lie; as those of a
 * message's body are. It is given back when the last of them is.
 */
final class BatchMemory {
  private final byte[] struct;
  private final long address;
  private final ArrayRelease release;
  private final AtomicBoolean released = new AtomicBoolean();

  private BatchMemory(byte[] struct, long address, ArrayRelease release) {
    this.struct = struct;
    this.address = address;
    this.release = release;
  }

  /**
   * {@return the owner of the array, which is moved out of the caller's struct} What it is moved to
   * lies on the heap, since any thread may be the last to let go.
   */
  static BatchMemory take(MemorySegment arrowArray, ArrayRelease release) {
    try {
      MemorySegment source = CData.at(arrowArray.address(), CData.ARRAY.byteSize());
      if (CData.longAt(source.address() + CData.ARRAY_RELEASE) == CData.NULL) {
        throw new IllegalArgumentException("the array was released or moved already");
      }
      BatchMemory memory = new BatchMemory(source.toArray(JAVA_BYTE), source.address(), release);
      CData.putLong(source.address() + CData.ARRAY_RELEASE, CData.NULL);
      return memory;
    } finally {
      Reference.reachabilityFence(arrowArray);
    }
  }

  /** {@return the array, as long as the struct that it was moved out of is there} */
  ArrayView array() {
    return ArrayView.of(address);
  }

  /**
   * {@return a buffer that stands for the whole batch, accounted in the allocator}
   *
   * @param bytes what the buffers have that {@link #part parts} will be made of
   */
  ArrowBuf whole(BufferAllocator allocator, long bytes) {
    try {
      return allocator.wrapForeignAllocation(
          new ForeignAllocation(bytes, address) {
            @Override
            protected void release0() {
              drop();
            }
          });
    } catch (Throwable failure) {
      // the allocator releases it after some failures and forgets it after others
      drop();
      throw failure;
    }
  }

  /**
   * {@return a buffer of the batch, full, which lasts as long as the whole unless it is retained}
   */
  static ArrowBuf part(ArrowBuf whole, long address, long size) {
    var part = new ArrowBuf(whole.getReferenceManager(), null, size, address);
    part.writerIndex(size); // what is not written yet is free to vectors, and left out of messages
    return part;
  }

  /** Gives the batch back, if it was not. */
  void drop() {
    if (released.compareAndSet(false, true)) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment moved = arena.allocate(CData.ARRAY);
        moved.copyFrom(MemorySegment.ofArray(struct));
        release.release(moved);
      }
    }
  }
}
