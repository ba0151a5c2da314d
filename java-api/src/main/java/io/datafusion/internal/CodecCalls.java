package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_results_set_function;

import io.datafusion.Operator;
import io.datafusion.catalog.TableProvider;
import io.datafusion.codec.ExtensionCodec;
import io.datafusion.internal.arrow.CDataImporter;
import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.CodecUpcalls;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.UserDefinedFunction;
import io.datafusion.udf.WindowUdf;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A codec written in Java as what the engine asks. */
record CodecCalls(String id, ExtensionCodec codec) implements CodecUpcalls.Codec {

  @Override
  public void encodeTable(Object table, MemorySegment results) throws Exception {
    if (table instanceof SourceCalls source) {
      answer(checked(codec.encode(source.provider())), results);
    }
  }

  @Override
  public void decodeTable(byte[] bytes, MemorySegment schema, MemorySegment results)
      throws Exception {
    Optional<TableProvider> table = codec.decodeTable(bytes, CDataImporter.schema(schema));
    checked(table).ifPresent(found -> answer(NativeTable.of(id, found), results));
  }

  @Override
  public void encodeFunction(MemorySegment function, MemorySegment results) throws Exception {
    if (NativeUdf.operator(function) instanceof Operator.Apply(UserDefinedFunction known)) {
      answer(checked(codec.encode(known)), results);
    }
  }

  @Override
  public void decodeFunction(int kind, String name, byte[] bytes, MemorySegment results)
      throws Exception {
    Class<? extends UserDefinedFunction> wanted =
        switch (kind) {
          case 1 -> ScalarUdf.class;
          case 2 -> AggregateUdf.class;
          default -> WindowUdf.class;
        };
    Optional<?> function = checked(codec.decodeFunction(wanted, name, bytes));
    if (function.isEmpty()) {
      return;
    }
    if (!(function.get() instanceof UserDefinedFunction found
        && wanted.isInstance(found)
        && found.name().equals(name))) {
      throw new IllegalStateException(
          "codec '%s' was asked for %s '%s', and answered %s"
              .formatted(id, wanted.getSimpleName(), name, text(function.get())));
    }
    answer(NativeUdf.handle(found), results);
  }

  private static String text(Object answered) {
    return switch (answered) {
      case ScalarUdf f -> "ScalarUdf '" + f.name() + "'";
      case AggregateUdf f -> "AggregateUdf '" + f.name() + "'";
      case WindowUdf f -> "WindowUdf '" + f.name() + "'";
      default -> "a " + answered.getClass().getName();
    };
  }

  private <T> Optional<T> checked(@Nullable Optional<T> answer) {
    if (answer == null) {
      throw new IllegalStateException("codec '" + id + "' answered null, not an Optional");
    }
    return answer;
  }

  private void answer(Optional<byte[]> bytes, MemorySegment results) {
    byte[] written = bytes.orElse(null);
    if (written == null) {
      return;
    }
    if (written.length == 0) {
      throw new IllegalStateException(
          "codec '" + id + "' answered no bytes; Optional.empty() is no opinion");
    }
    Buffers.answer(written, results);
  }

  private static void answer(NativeHandle function, MemorySegment results) {
    try (var lease = function.lease()) {
      Errors.check(df_results_set_function(results, lease.segment()));
    }
  }
}
