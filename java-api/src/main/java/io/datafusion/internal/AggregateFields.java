package io.datafusion.internal;

import io.datafusion.internal.arrow.CDataImporter;
import io.datafusion.internal.message.InlinedFunction;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/** The fields of an aggregate's call. */
record AggregateFields(String name, List<Field> arguments, List<Field> state, Field result) {
  /** {@return the fields of a call, of which native code hands over all but the state's} */
  static AggregateFields of(InlinedFunction definition, MemorySegment call) {
    List<Field> all = CDataImporter.schema(call).getFields();
    int arguments = all.size() - 1;
    List<Field> state = IpcFields.read(definition.getStateFields());
    all.subList(arguments, all.size()).forEach(VectorResults::check);
    state.forEach(VectorResults::check);
    return new AggregateFields(
        definition.getName(), all.subList(0, arguments), state, all.get(arguments));
  }
}
