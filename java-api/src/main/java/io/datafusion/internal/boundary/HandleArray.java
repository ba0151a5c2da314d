package io.datafusion.internal.boundary;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Native objects as an array of pointers, held for one call. */
public final class HandleArray implements AutoCloseable {
  private final MemorySegment segment;
  private final List<NativeHandle.Lease> leases = new ArrayList<>();

  private HandleArray(MemorySegment segment) {
    this.segment = segment;
  }

  /**
   * {@return the objects as an array}
   *
   * @throws IllegalStateException if one of them is closed
   */
  public static HandleArray of(SegmentAllocator arena, List<NativeHandle> handles) {
    var array = new HandleArray(arena.allocate(ValueLayout.ADDRESS, Math.max(1, handles.size())));
    try {
      handles.forEach(array::add);
    } catch (RuntimeException | Error e) {
      array.close();
      throw e;
    }
    return array;
  }

  private void add(NativeHandle handle) {
    NativeHandle.Lease lease = handle.lease();
    segment.setAtIndex(ValueLayout.ADDRESS, leases.size(), lease.segment());
    leases.add(lease);
  }

  /** {@return the array} */
  public MemorySegment segment() {
    return segment;
  }

  /** {@return the number of objects} */
  public long length() {
    return leases.size();
  }

  @Override
  public void close() {
    leases.forEach(NativeHandle.Lease::close);
  }
}
