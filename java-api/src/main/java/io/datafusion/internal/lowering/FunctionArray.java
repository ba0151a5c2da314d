package io.datafusion.internal.lowering;

import io.datafusion.internal.NativeUdf;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.udf.UserDefinedFunction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** The functions of a lowering as an array of native pointers, held for one call. */
public final class FunctionArray implements AutoCloseable {
  private final MemorySegment segment;
  private final List<NativeHandle.Lease> leases;

  private FunctionArray(MemorySegment segment, List<NativeHandle.Lease> leases) {
    this.segment = segment;
    this.leases = leases;
  }

  /** {@return the functions that a lowering has named so far} */
  public static FunctionArray of(SegmentAllocator arena, Lowering lowering) {
    List<UserDefinedFunction> functions = lowering.functions();
    MemorySegment segment = arena.allocate(ValueLayout.ADDRESS, Math.max(1, functions.size()));
    List<NativeHandle> handles = functions.stream().map(NativeUdf::handle).toList();
    var leases = new ArrayList<NativeHandle.Lease>();
    for (NativeHandle handle : handles) {
      NativeHandle.Lease lease = handle.lease();
      segment.setAtIndex(ValueLayout.ADDRESS, leases.size(), lease.segment());
      leases.add(lease);
    }
    return new FunctionArray(segment, leases);
  }

  /** {@return the array} */
  public MemorySegment segment() {
    return segment;
  }

  /** {@return the number of functions} */
  public long length() {
    return leases.size();
  }

  @Override
  public void close() {
    leases.forEach(NativeHandle.Lease::close);
  }
}
