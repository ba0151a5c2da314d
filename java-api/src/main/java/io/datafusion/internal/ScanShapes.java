package io.datafusion.internal;

import io.datafusion.Expr;
import io.datafusion.SortExpr;
import io.datafusion.catalog.ColumnStatistics;
import io.datafusion.catalog.Precision;
import io.datafusion.catalog.Statistics;
import io.datafusion.catalog.TableScan;
import io.datafusion.internal.lowering.Scalars;
import io.datafusion.internal.message.ColumnEstimates;
import io.datafusion.internal.message.ColumnOrder;
import io.datafusion.internal.message.Estimate;
import io.datafusion.internal.message.RowStatistics;
import io.datafusion.internal.message.ScanShape;
import io.datafusion.internal.message.ValueEstimate;
import java.util.function.Consumer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** What a scan says of its rows, as a message. */
final class ScanShapes {
  private static final int MOST_PARTITIONS = 1 << 16;

  private ScanShapes() {}

  /**
   * {@return the message of a scan}
   *
   * @param columns those of the scan
   * @throws IllegalArgumentException for what no scan can be: partitions, columns, values
   */
  static ScanShape message(String table, TableScan scan, Schema columns) {
    int partitions = scan.partitionCount();
    if (partitions < 1 || partitions > MOST_PARTITIONS) {
      throw new IllegalArgumentException(
          "table '%s' has %d partitions, and 1 to %d are allowed"
              .formatted(table, partitions, MOST_PARTITIONS));
    }
    var message = ScanShape.newBuilder().setPartitions(partitions).setUnbounded(!scan.bounded());
    for (SortExpr key : scan.ordering()) {
      int column = column(table, key.expr(), columns);
      if (column < 0) {
        break; // rows in the order of a, b are in that of a
      }
      message.addOrdering(
          ColumnOrder.newBuilder()
              .setColumn(column)
              .setDescending(key.order().descending())
              .setNullsFirst(key.order().nullsFirst()));
    }
    scan.statistics().ifPresent(known -> message.setStatistics(message(table, known, columns)));
    return message.build();
  }

  /** {@return where a column stands, or -1 if the scan is not asked for it} */
  private static int column(String table, Expr key, Schema columns) {
    if (!(key instanceof Expr.Column column)) {
      throw new IllegalArgumentException(
          "table '%s' is ordered by %s; a scan is ordered by columns".formatted(table, key));
    }
    for (int i = 0; i < columns.getFields().size(); i++) {
      if (columns.getFields().get(i).getName().equals(column.name())) {
        return i;
      }
    }
    return -1;
  }

  private static RowStatistics message(String table, Statistics known, Schema columns) {
    var message = RowStatistics.newBuilder();
    count(table, known.rowCount(), message::setRows);
    count(table, known.byteSize(), message::setBytes);
    int fields = columns.getFields().size();
    if (!known.columns().isEmpty() && known.columns().size() != fields) {
      throw new IllegalArgumentException(
          "table '%s' has statistics of %d columns, and the scan was asked for %d"
              .formatted(table, known.columns().size(), fields));
    }
    for (int i = 0; i < fields; i++) {
      ColumnStatistics column =
          known.columns().isEmpty() ? ColumnStatistics.unknown() : known.columns().get(i);
      var estimates = ColumnEstimates.newBuilder();
      count(table, column.nullCount(), estimates::setNulls);
      count(table, column.distinctCount(), estimates::setDistinct);
      Field field = columns.getFields().get(i);
      value(table, field, column.min(), estimates::setSmallest);
      value(table, field, column.max(), estimates::setLargest);
      message.addColumns(estimates);
    }
    return message.build();
  }

  private static void count(String table, Precision<Long> known, Consumer<Estimate> taker) {
    known(
        known,
        (value, exact) -> {
          if (value < 0) {
            throw new IllegalArgumentException("table '" + table + "' counts to " + value);
          }
          taker.accept(Estimate.newBuilder().setValue(value).setExact(exact).build());
        });
  }

  private static void value(
      String table, Field field, Precision<Expr.Literal> known, Consumer<ValueEstimate> taker) {
    known(
        known,
        (literal, exact) -> {
          if (!literal.type().getType().equals(field.getType())) {
            throw new IllegalArgumentException(
                "table '%s' has statistics of column '%s', which is of %s, in %s"
                    .formatted(table, field.getName(), field.getType(), literal.type().getType()));
          }
          taker.accept(
              ValueEstimate.newBuilder().setValue(Scalars.bytes(literal)).setExact(exact).build());
        });
  }

  /** What is done with something that is known. */
  private interface Taker<T> {
    void take(T value, boolean exact);
  }

  private static <T> void known(Precision<T> known, Taker<T> taker) {
    switch (known) {
      case Precision.Exact<T>(var value) -> taker.take(value, true);
      case Precision.Inexact<T>(var value) -> taker.take(value, false);
      case Precision.Absent<T>() -> {
        // nothing is known
      }
    }
  }
}
