package user;

import io.datafusion.Expr;
import io.datafusion.Operator;
import io.datafusion.SortExpr;
import io.datafusion.catalog.BatchWriter;
import io.datafusion.catalog.ColumnStatistics;
import io.datafusion.catalog.FilterPushDown;
import io.datafusion.catalog.Precision;
import io.datafusion.catalog.ScanRequest;
import io.datafusion.catalog.Statistics;
import io.datafusion.catalog.TableProvider;
import io.datafusion.catalog.TableScan;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The numbers from 0 on, and each as text, but for every third. It applies {@code n > constant}.
 */
public record Numbers(long count, int partitions) implements TableProvider, Serializable {
  @Override
  public Schema schema() {
    return new Schema(
        List.of(
            Field.notNullable("n", new ArrowType.Int(64, true)),
            Field.nullable("text", ArrowType.Utf8.INSTANCE)));
  }

  private static Optional<Long> above(Expr filter) {
    return filter
                instanceof
                Expr.Operation(Operator.Binary(String symbol), List<Expr> operands, var _)
            && symbol.equals(">")
            && operands.get(0) instanceof Expr.Column column
            && column.name().equals("n")
            && operands.get(1) instanceof Expr.Literal(Long bound, _)
        ? Optional.of(bound)
        : Optional.empty();
  }

  @Override
  public List<FilterPushDown> supportsFilters(List<Expr> filters) {
    return filters.stream()
        .map(f -> above(f).isPresent() ? FilterPushDown.EXACT : FilterPushDown.UNSUPPORTED)
        .toList();
  }

  @Override
  public TableScan scan(ScanRequest request) {
    long first =
        request.filters().stream().mapToLong(f -> above(f).orElseThrow() + 1).max().orElse(0);
    return new Scan(this, request, first);
  }

  private record Scan(Numbers table, ScanRequest request, long first) implements TableScan {
    @Override
    public int partitionCount() {
      return table.partitions;
    }

    @Override
    public List<SortExpr> ordering() {
      return List.of(Expr.col("n").asc().nullsLast());
    }

    @Override
    public Optional<Statistics> statistics() {
      var columns = new ArrayList<ColumnStatistics>();
      for (Field field : request.schema().getFields()) {
        columns.add(
            field.getName().equals("n") && first == 0 && table.count > 0
                ? new ColumnStatistics(
                    Precision.exact(0L),
                    Precision.inexact(table.count),
                    Precision.exact(Expr.lit(0L)),
                    Precision.exact(Expr.lit(table.count - 1)))
                : ColumnStatistics.unknown());
      }
      long rows = Math.max(0, table.count - first);
      return Optional.of(new Statistics(Precision.exact(rows), Precision.absent(), columns));
    }

    @Override
    public ArrowReader open(int partition, BufferAllocator allocator) {
      var next = new long[] {first + Math.floorMod(partition - first, table.partitions)};
      return BatchWriter.reader(request.schema(), allocator, batch -> write(batch, next));
    }

    private boolean write(VectorSchemaRoot batch, long[] next) {
      int rows = 0;
      for (; rows < request.batchSize() && next[0] < table.count; next[0] += table.partitions) {
        for (FieldVector vector : batch.getFieldVectors()) {
          switch (vector) {
            case BigIntVector n -> n.setSafe(rows, next[0]);
            case VarCharVector text when next[0] % 3 == 0 -> text.setNull(rows);
            case VarCharVector text -> text.setSafe(rows, Long.toString(next[0]).getBytes());
            default -> throw new AssertionError(vector);
          }
        }
        rows++;
      }
      batch.setRowCount(rows);
      return rows > 0;
    }
  }
}
