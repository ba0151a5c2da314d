package user;

import io.datafusion.catalog.InsertOp;
import io.datafusion.catalog.ScanRequest;
import io.datafusion.catalog.TableProvider;
import io.datafusion.catalog.TableScan;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Keeps what is inserted, once all of it has come. */
final class KeptRows implements TableProvider {
  final List<Long> rows = new ArrayList<>();
  final List<InsertOp> operations = new ArrayList<>();
  RuntimeException failure;

  @Override
  public Schema schema() {
    return new Schema(List.of(Field.nullable("n", new ArrowType.Int(64, true))));
  }

  @Override
  public TableScan scan(ScanRequest request) {
    throw new AssertionError("it is written only");
  }

  @Override
  public long insert(InsertOp op, ArrowReader batches) throws Exception {
    operations.add(op);
    var all = new ArrayList<Long>();
    while (batches.loadNextBatch()) {
      var column = (BigIntVector) batches.getVectorSchemaRoot().getVector(0);
      for (int i = 0; i < column.getValueCount(); i++) {
        all.add(column.isNull(i) ? null : column.get(i));
      }
      if (failure != null) {
        throw failure;
      }
    }
    if (op != InsertOp.APPEND) {
      rows.clear();
    }
    rows.addAll(all);
    return all.size();
  }
}
