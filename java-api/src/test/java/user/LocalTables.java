package user;

import io.datafusion.Expr;
import io.datafusion.catalog.FilterPushDown;
import io.datafusion.catalog.ScanRequest;
import io.datafusion.catalog.TableProvider;
import io.datafusion.catalog.TableScan;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** Tables that travel by codecs only. */
final class LocalTables {
  private LocalTables() {}

  /** A table that cannot travel by value. */
  static final class Local implements TableProvider {
    final Numbers numbers;

    Local(long count) {
      this.numbers = new Numbers(count, 2);
    }

    @Override
    public Schema schema() {
      return numbers.schema();
    }

    @Override
    public List<FilterPushDown> supportsFilters(List<Expr> filters) {
      return numbers.supportsFilters(filters);
    }

    @Override
    public TableScan scan(ScanRequest request) {
      return numbers.scan(request);
    }
  }

  /** Of other columns than the plan's. */
  static final class Narrow implements TableProvider {
    @Override
    public Schema schema() {
      return new Schema(new Numbers(1, 1).schema().getFields().subList(0, 1));
    }

    @Override
    public TableScan scan(ScanRequest request) {
      throw new AssertionError("nobody scans it");
    }
  }

  /** Reads the same rows, applies no filter, and says no order. */
  record Plain(long count) implements TableProvider {
    @Override
    public Schema schema() {
      return new Numbers(count, 2).schema();
    }

    @Override
    public TableScan scan(ScanRequest request) {
      TableScan scan = new Numbers(count, 2).scan(request);
      return new TableScan() {
        @Override
        public int partitionCount() {
          return 2;
        }

        @Override
        public ArrowReader open(int partition, BufferAllocator allocator) throws Exception {
          return scan.open(partition, allocator);
        }
      };
    }
  }
}
