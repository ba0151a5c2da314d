package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_results_set_dataframe;

import com.google.protobuf.ByteString;
import io.datafusion.Expr;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.boundary.TableUpcalls;
import io.datafusion.internal.lowering.Scalars;
import io.datafusion.udf.TableArguments;
import io.datafusion.udf.TableFunction;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;

/** A table function as what the engine calls while it plans. */
record TableCalls(String name, TableFunction.Body body) implements TableUpcalls.Table {

  @Override
  public void call(long session, byte[] arguments, MemorySegment results) throws Exception {
    var constants = new ArrayList<Expr>();
    var message = io.datafusion.internal.message.TableArguments.parseFrom(arguments);
    NativeTableFunction.checkCount(name, message.getValuesCount());
    for (ByteString value : message.getValuesList()) {
      constants.add(Scalars.read(value));
    }
    NativeHandle frame = Session.of(session).table(body, new TableArguments(name, constants));
    try (var lease = frame.lease()) {
      Errors.check(df_results_set_dataframe(results, lease.segment()));
    }
  }
}
