package io.datafusion.internal.boundary;

import io.datafusion.SessionContext;
import io.datafusion.bindings.NativeLibrary;
import io.datafusion.capsule.Capsule;
import io.datafusion.catalog.BatchWriter;
import io.datafusion.catalog.ScanRequest;
import io.datafusion.catalog.TableProvider;
import io.datafusion.catalog.TableScan;
import io.datafusion.udf.TableFunction;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** What a second class loader has in its own copy of the classes; called by reflection. */
public final class OtherLoader {
  private static final SessionContext SESSION = SessionContext.create();
  private static final List<Object> KEPT = new ArrayList<>();

  private OtherLoader() {}

  /** A table whose reader fails. */
  private static final class Failing implements TableProvider {
    @Override
    public Schema schema() {
      return new Schema(List.of(Field.nullable("n", new ArrowType.Int(64, true))));
    }

    @Override
    public TableScan scan(ScanRequest request) {
      return (partition, allocator) ->
          BatchWriter.reader(
              request.schema(),
              allocator,
              batch -> {
                throw new IllegalStateException("the other loader's reader fails");
              });
    }
  }

  /** {@return where its native library came from} */
  public static String library() {
    return NativeLibrary.origin();
  }

  /** {@return where a table lies whose reader fails} */
  public static long failingTable() {
    SESSION.register("failing", new Failing());
    return kept(SESSION.export("failing"));
  }

  /** {@return where a table function lies that asks its session} */
  public static long tableFunction() {
    SESSION.sql("CREATE TABLE who AS VALUES ('the other loader')");
    return kept(SESSION.export(TableFunction.of("asks", (session, _) -> session.table("who"))));
  }

  private static long kept(Capsule capsule) {
    KEPT.add(capsule);
    return capsule.address();
  }

  /** Takes handles until the next one is at least that, or a million are taken. */
  public static void takeHandles(long next) {
    for (int i = 0; i < 1_000_000 && Upcalls.newHandle() < next - 1; i++) {
      // one more
    }
  }
}
