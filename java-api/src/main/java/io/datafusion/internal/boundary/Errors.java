package io.datafusion.internal.boundary;

import static io.datafusion.bindings.datafusion_c_h.C_POINTER;
import static io.datafusion.bindings.datafusion_c_h.df_error_cause;
import static io.datafusion.bindings.datafusion_c_h.df_error_code;
import static io.datafusion.bindings.datafusion_c_h.df_error_free;
import static io.datafusion.bindings.datafusion_c_h.df_error_message;

import io.datafusion.ArrowException;
import io.datafusion.AvroException;
import io.datafusion.CallbackException;
import io.datafusion.CancelledException;
import io.datafusion.ConfigurationException;
import io.datafusion.DataFusionException;
import io.datafusion.ExecutionException;
import io.datafusion.ExternalException;
import io.datafusion.FfiException;
import io.datafusion.IllegalCapsuleException;
import io.datafusion.InliningRefusedException;
import io.datafusion.InternalException;
import io.datafusion.InvalidArgumentException;
import io.datafusion.IoException;
import io.datafusion.JoinException;
import io.datafusion.MalformedPayloadException;
import io.datafusion.MissingArgumentException;
import io.datafusion.MissingCodecException;
import io.datafusion.NotImplementedException;
import io.datafusion.ObjectStoreException;
import io.datafusion.PanicException;
import io.datafusion.ParquetException;
import io.datafusion.PlanException;
import io.datafusion.ReentryException;
import io.datafusion.ResourcesExhaustedException;
import io.datafusion.SchemaException;
import io.datafusion.SqlException;
import io.datafusion.SubstraitException;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.UnserializableFunctionException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;

/** Native errors as exceptions: the one visible shape of a fallible call. */
public final class Errors {
  /** Something that writes its result to {@code out} and answers an error or null. */
  @FunctionalInterface
  public interface Call {
    /** {@return the error of the call, or null} */
    MemorySegment make(SegmentAllocator arena, MemorySegment out);
  }

  private Errors() {}

  /** Throws what a native call answered, if it answered an error. The error is freed. */
  public static void check(MemorySegment error) {
    if (error.address() != 0) {
      throw take(error);
    }
  }

  /** {@return what a call wrote to its out-parameter, a pointer} */
  public static MemorySegment pointer(Call call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(C_POINTER);
      check(call.make(arena, out));
      return out.get(C_POINTER, 0);
    }
  }

  /** {@return the exception for a native error, which is freed} */
  static DataFusionException take(MemorySegment error) {
    try {
      String message = df_error_message(error).getString(0);
      return of(df_error_code(error), message, Failures.thrown(df_error_cause(error)));
    } finally {
      df_error_free(error);
    }
  }

  /** {@return the member of the family for a code} */
  public static DataFusionException of(int code, String message, @Nullable Throwable cause) {
    return switch (code) {
      case 101 -> new InvalidArgumentException(message, cause);
      case 102 -> new MissingArgumentException(message, cause);
      case 103 -> new PanicException(message, cause);
      case 104 -> new CancelledException(message, cause);
      case 105 -> new CallbackException(message, cause);
      case 106 -> new ReentryException(message, cause);
      case 107 -> new InternalException(message, cause);
      case 201 -> new PlanException(message, cause);
      case 202 -> new SchemaException(message, cause);
      case 203 -> new SqlException(message, cause);
      case 204 -> new ExecutionException(message, cause);
      case 205 -> new ResourcesExhaustedException(message, cause);
      case 206 -> new IoException(message, cause);
      case 207 -> new ObjectStoreException(message, cause);
      case 208 -> new ArrowException(message, cause);
      case 209 -> new ParquetException(message, cause);
      case 210 -> new ConfigurationException(message, cause);
      case 211 -> new NotImplementedException(message, cause);
      case 212 -> new ExternalException(message, cause);
      case 213 -> new FfiException(message, cause);
      case 214 -> new SubstraitException(message, cause);
      case 215 -> new AvroException(message, cause);
      case 216 -> new JoinException(message, cause);
      case 301 -> new InliningRefusedException(message, cause);
      case 302 -> new MalformedPayloadException(message, cause);
      case 303 -> new UnresolvedFunctionException(message, cause);
      case 304 -> new UnserializableFunctionException(message, cause);
      case 305 -> new MissingCodecException(message, cause);
      case 306 -> new IllegalCapsuleException(message, cause);
      default -> new InternalException("error code " + code + ": " + message, cause);
    };
  }
}
