package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_results_push;

import io.datafusion.catalog.TableScan;
import io.datafusion.internal.arrow.CDataExporter;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.SourceUpcalls;
import io.datafusion.internal.boundary.TableFault;
import io.datafusion.internal.boundary.Upcalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A partition of a scan as what the engine reads, opened by the first batch that it asks for. */
final class PartitionReader implements SourceUpcalls.Reader {
  private static final System.Logger LOG = System.getLogger("io.datafusion");

  private final String table;
  private final Schema promised;
  private final TableScan scan;
  private final int partition;
  private @Nullable BufferAllocator allocator;
  private @Nullable ArrowReader reader;
  private @Nullable Thread waiting;
  private boolean interrupted;

  PartitionReader(String table, Schema promised, TableScan scan, int partition) {
    this.table = table;
    this.promised = promised;
    this.scan = scan;
    this.partition = partition;
  }

  @Override
  public void next(MemorySegment results) throws Exception {
    if (!enter()) {
      return;
    }
    try {
      ArrowReader opened = reader == null ? open() : reader;
      if (TableFault.naming(table, opened::loadNextBatch)) {
        push(opened, results);
      }
    } finally {
      leave();
    }
  }

  private ArrowReader open() throws Exception {
    BufferAllocator made =
        VectorBatch.ALLOCATOR.newChildAllocator(
            table + "[" + partition + "]", 0, VectorBatch.ALLOCATOR.getLimit());
    allocator = made;
    ArrowReader opened = TableFault.naming(table, () -> scan.open(partition, made));
    if (opened == null) {
      throw new IllegalStateException(
          "table '" + table + "' answered no reader of partition " + partition);
    }
    reader = opened;
    return opened;
  }

  private void push(ArrowReader opened, MemorySegment results) throws Exception {
    VectorSchemaRoot batch = opened.getVectorSchemaRoot();
    check(opened, batch.getSchema().getFields());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = CDataExporter.of(arena, opened).withRelease(Upcalls.lent()).batch(batch);
      Errors.check(df_results_push(results, rows));
    }
  }

  /** Native code reads the buffers by the promised types, so they must be those. */
  private void check(ArrowReader opened, List<Field> given) {
    List<Field> wanted = promised.getFields();
    boolean same = wanted.size() == given.size();
    for (int i = 0; same && i < wanted.size(); i++) {
      same =
          wanted.get(i).getName().equals(given.get(i).getName())
              && VectorTypes.same(wanted.get(i), given.get(i), opened);
    }
    if (!same) {
      throw new IllegalArgumentException(
          "table '%s' answered a batch of %s, and the scan was asked for %s"
              .formatted(table, given, wanted));
    }
  }

  private synchronized boolean enter() {
    waiting = interrupted ? null : Thread.currentThread();
    return !interrupted;
  }

  private synchronized void leave() {
    waiting = null;
    Thread.interrupted(); // it was meant for the wait
  }

  @Override
  public synchronized void interrupt() {
    interrupted = true;
    if (waiting != null) {
      waiting.interrupt();
    }
  }

  @Override
  public void close() {
    try (BufferAllocator last = allocator;
        ArrowReader first = reader) {
      // both are closed, the reader first
    } catch (Throwable thrown) {
      // the query may be over, and its rows were right
      LOG.log(
          System.Logger.Level.WARNING,
          () -> "table '" + table + "': the reader of partition " + partition + " did not close",
          thrown);
    }
  }
}
