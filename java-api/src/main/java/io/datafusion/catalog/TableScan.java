package io.datafusion.catalog;

import io.datafusion.SortExpr;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;

/** A planned scan: the engine asks it how its rows come, and opens each partition. */
@FunctionalInterface
public interface TableScan {
  /**
   * {@return a reader of the rows of a partition} Its batches have the columns of {@link
   * ScanRequest#schema}; their contents are copied out before the next batch is asked for.
   *
   * <p>Called on a thread that may wait, as the reader is; each partition is opened once in every
   * run of the plan, several of them at a time. A reader whose rows are not needed any more is
   * interrupted where it waits, and is closed in any case. The query may be over by then: what the
   * reader throws when it is closed, and buffers of the allocator that it does not give back, are a
   * warning of the {@link System.Logger} {@code io.datafusion}, and no exception.
   *
   * @param partition from 0
   * @param allocator for the vectors; it is closed behind the reader
   * @throws Exception which is the cause of what the query throws
   */
  ArrowReader open(int partition, BufferAllocator allocator) throws Exception;

  /** {@return the number of partitions, 1 to 65,536} */
  default int partitionCount() {
    return 1;
  }

  /**
   * {@return the order that the rows of each partition come in} It is believed: the engine leaves
   * out sorts by it.
   *
   * @see io.datafusion.Expr#asc
   */
  default List<SortExpr> ordering() {
    return List.of();
  }

  /**
   * {@return whether the rows end} Of those that do not, the engine refuses what needs them all.
   */
  default boolean bounded() {
    return true;
  }

  /** {@return what is known of the rows} */
  default Optional<Statistics> statistics() {
    return Optional.empty();
  }
}
