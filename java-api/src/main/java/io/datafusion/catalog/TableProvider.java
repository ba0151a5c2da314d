package io.datafusion.catalog;

import io.datafusion.Expr;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A table that Java reads itself, and may write.
 *
 * <p>In the bytes of plans it travels by value if its class is {@link java.io.Serializable}, as
 * functions do ({@link io.datafusion.udf.ScalarUdf} says how and under which policy): with its
 * class and the values that its fields had when it was registered. Otherwise a {@link
 * io.datafusion.codec.LogicalExtensionCodec} or {@link io.datafusion.codec.PhysicalExtensionCodec}
 * of the session writes it.
 *
 * <p>Every method may be called from several threads at a time.
 */
public interface TableProvider {
  /**
   * {@return all columns} Asked once. A type that Arrow Java has no vector for is refused: a
   * decimal of 32 or 64 bits.
   */
  Schema schema();

  /**
   * {@return how far a scan applies each of some filters}
   *
   * @param filters expressions over the table's columns
   */
  default List<FilterPushDown> supportsFilters(List<Expr> filters) {
    return Collections.nCopies(filters.size(), FilterPushDown.UNSUPPORTED);
  }

  /**
   * {@return how a scan goes} Called while a query is planned; nothing is read yet. Of a plan that
   * came in bytes, it is called again where the plan runs, and has the partitions and the order
   * that it had where it was planned, and applies the same filters; otherwise the run is an error.
   *
   * @throws Exception which is the cause of what the query throws
   */
  TableScan scan(ScanRequest request) throws Exception;

  /**
   * Takes rows in, all of them or none. Called once a statement, while it runs, on a thread that
   * may wait.
   *
   * @param rows all rows of the statement, in batches of the table's columns; closed afterwards
   * @return how many there were
   * @throws UnsupportedOperationException if the table takes no rows, or not by this operation
   * @throws Exception which is the cause of what the statement throws; so is what {@code rows}
   *     throws
   */
  default long insert(InsertOp op, ArrowReader rows) throws Exception {
    throw new UnsupportedOperationException("this table takes no rows");
  }
}
