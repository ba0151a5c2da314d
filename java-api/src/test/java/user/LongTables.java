package user;

import io.datafusion.catalog.BatchWriter;
import io.datafusion.catalog.ScanRequest;
import io.datafusion.catalog.TableProvider;
import io.datafusion.catalog.TableScan;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Tables of one column of 64-bit integers. */
final class LongTables {
  static final Schema NUMBERS =
      new Schema(List.of(Field.notNullable("n", new ArrowType.Int(64, true))));

  private LongTables() {}

  /** A table whose scan is a lambda. */
  record Table(TableScan scan) implements TableProvider {
    @Override
    public Schema schema() {
      return NUMBERS;
    }

    @Override
    public TableScan scan(ScanRequest request) {
      return scan;
    }
  }

  static ArrowReader reader(BufferAllocator allocator, BatchWriter writer) {
    return BatchWriter.reader(NUMBERS, allocator, writer);
  }

  /** Writes a batch of one row. */
  static boolean one(VectorSchemaRoot batch) {
    ((BigIntVector) batch.getVector(0)).setSafe(0, 1);
    batch.setRowCount(1);
    return true;
  }
}
