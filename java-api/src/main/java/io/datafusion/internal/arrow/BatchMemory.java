package io.datafusion.internal.arrow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;

/**
 * The owner of one native batch. Arrow Java counts references per buffer, the C Data interface has
 * one release for the whole array; this counts the buffers and calls it after the last one.
 */
final class BatchMemory {
  private final MemorySegment struct;
  private final ArrayRelease release;
  private final AtomicInteger references = new AtomicInteger(1);
  private long bytes;

  private BatchMemory(MemorySegment struct, ArrayRelease release) {
    this.struct = struct;
    this.release = release;
  }

  /**
   * {@return the owner of the array, which is moved out of the caller's struct} The copy lives in a
   * collected arena because any thread may be the last to let go.
   */
  static BatchMemory take(MemorySegment arrowArray, ArrayRelease release) {
    try {
      MemorySegment source = CData.at(arrowArray.address(), CData.ARRAY.byteSize());
      if (CData.longAt(source.address() + CData.ARRAY_RELEASE) == CData.NULL) {
        throw new IllegalArgumentException("the array was released or moved already");
      }
      MemorySegment struct = Arena.ofAuto().allocate(CData.ARRAY);
      struct.copyFrom(source);
      CData.putLong(source.address() + CData.ARRAY_RELEASE, CData.NULL);
      return new BatchMemory(struct, release);
    } finally {
      Reference.reachabilityFence(arrowArray);
    }
  }

  /** {@return the moved array} */
  ArrayView array() {
    return ArrayView.of(struct.address());
  }

  /** {@return how many bytes of the array buffers have been made of} */
  long bytes() {
    return bytes;
  }

  /**
   * {@return a buffer over native memory, accounted in the allocator, that keeps the batch alive}
   */
  ArrowBuf wrap(BufferAllocator allocator, long address, long size) {
    references.incrementAndGet();
    Share share = new Share(address, size);
    try {
      ArrowBuf buffer = allocator.wrapForeignAllocation(share);
      bytes += size;
      return buffer;
    } catch (Throwable failure) {
      // the allocator releases the share after some failures and forgets it after others
      share.release0();
      throw failure;
    }
  }

  /** Lets go of one reference: the one {@link #take} made, or that of a buffer. */
  void drop() {
    if (references.decrementAndGet() == 0) {
      release.release(struct);
    }
  }

  private final class Share extends ForeignAllocation {
    private final AtomicBoolean released = new AtomicBoolean();

    Share(long address, long size) {
      super(size, address);
    }

    @Override
    protected void release0() {
      if (released.compareAndSet(false, true)) {
        drop();
      }
    }
  }
}
