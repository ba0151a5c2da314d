package io.datafusion.internal.lowering;

import static io.datafusion.bindings.datafusion_c_h.df_expr_from_bytes;
import static io.datafusion.bindings.datafusion_c_h.df_expr_name;
import static io.datafusion.bindings.datafusion_c_h.df_expr_to_bytes;
import static io.datafusion.bindings.datafusion_c_h.df_program_data;
import static io.datafusion.bindings.datafusion_c_h.df_program_free;
import static io.datafusion.bindings.datafusion_c_h.df_program_function;
import static io.datafusion.bindings.datafusion_c_h.df_program_function_count;
import static io.datafusion.bindings.datafusion_c_h.df_program_len;
import static io.datafusion.bindings.datafusion_c_h.df_session_parse_expr;

import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.Expr;
import io.datafusion.InternalException;
import io.datafusion.Operator;
import io.datafusion.internal.Host;
import io.datafusion.internal.NativeUdf;
import io.datafusion.internal.Session;
import io.datafusion.internal.arrow.IpcSchema;
import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.Task;
import io.datafusion.internal.message.ExprProgram;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Expressions and their bytes. Encoding and decoding run on the engine's threads. */
public final class ExprBytes {
  private ExprBytes() {}

  /**
   * {@return the engine's message of an expression, written by a session's codecs or fresh ones}
   */
  public static byte[] write(Expr expr, @Nullable Session session) {
    var lowering = new Lowering(session == null ? DepthLimits.DEFAULT : session.limits());
    byte[] program = lowering.expr(expr).toByteArray();
    Session.Call call =
        (self, arena, out) -> {
          try (var functions = lowering.functions(arena)) {
            MemorySegment list = functions.segment();
            var bytes = Buffers.of(arena, program);
            return df_expr_to_bytes(
                Host.segment(), self, bytes, program.length, list, functions.length(), out);
          }
        };
    return Buffers.take(
        session == null
            ? Task.run((arena, out) -> call.make(MemorySegment.NULL, arena, out))
            : session.run(call));
  }

  /** {@return the expression of a message} */
  public static Expr read(Session session, byte[] bytes) {
    return raise(
        session.run(
            (self, arena, out) ->
                df_expr_from_bytes(self, Buffers.of(arena, bytes), bytes.length, out)));
  }

  /** {@return the expression of SQL text over the columns of a schema} */
  public static Expr parse(Session session, String sql, Schema schema) {
    byte[] text = Buffers.utf8(sql, "SQL text");
    byte[] fields = IpcSchema.toBytes(schema);
    return raise(
        session.run(
            (self, arena, out) ->
                df_session_parse_expr(
                    self,
                    Buffers.of(arena, text),
                    text.length,
                    Buffers.of(arena, fields),
                    fields.length,
                    out)));
  }

  /** {@return the engine's name for the column that an expression makes} */
  public static String name(Expr expr) {
    var lowering = new Lowering(DepthLimits.DEFAULT);
    byte[] program = lowering.expr(expr).toByteArray();
    return Buffers.takeText(
        Task.run(
            (arena, out) -> {
              try (var functions = lowering.functions(arena)) {
                var bytes = Buffers.of(arena, program);
                return df_expr_name(
                    Host.segment(),
                    bytes,
                    program.length,
                    functions.segment(),
                    functions.length(),
                    out);
              }
            }));
  }

  private static Expr raise(MemorySegment program) {
    try {
      return raised(program);
    } finally {
      df_program_free(program);
    }
  }

  /** {@return the expression of a native program, which is borrowed} */
  public static Expr raised(MemorySegment program) {
    try {
      byte[] bytes = Buffers.copy(df_program_data(program), df_program_len(program));
      var operators = new ArrayList<Operator>();
      long count = df_program_function_count(program);
      for (long i = 0; i < count; i++) {
        long index = i;
        var function = Errors.pointer((_, out) -> df_program_function(program, index, out));
        operators.add(NativeUdf.operator(function));
      }
      return Raising.raise(ExprProgram.parseFrom(bytes), operators::get);
    } catch (InvalidProtocolBufferException e) {
      throw new InternalException("a program that does not parse: " + e.getMessage(), e);
    }
  }
}
