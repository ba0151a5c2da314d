package io.datafusion.internal.boundary;

import io.datafusion.bindings.df_codec_callback;
import io.datafusion.bindings.df_codec_functions;
import io.datafusion.bindings.df_trace_callback;
import io.datafusion.bindings.df_trace_functions;
import io.datafusion.codec.CodecTrace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.charset.StandardCharsets;

/** Native code asking codecs that Java wrote, and telling of payloads. */
public final class CodecUpcalls {
  /** A codec. Where it has no opinion it sets nothing. */
  public interface Codec {
    /**
     * Writes a table.
     *
     * @param table a {@link SourceUpcalls.Source} of this library
     */
    void encodeTable(Object table, MemorySegment results) throws Throwable;

    /** Reads a table. */
    void decodeTable(byte[] bytes, MemorySegment schema, MemorySegment results) throws Throwable;

    /** Writes a function, whose native object is given away. */
    void encodeFunction(MemorySegment function, MemorySegment results) throws Throwable;

    /** Reads a function of a kind: 1 scalar, 2 aggregate, 3 window. */
    void decodeFunction(int kind, String name, byte[] bytes, MemorySegment results)
        throws Throwable;
  }

  private static final MemorySegment CODEC = codecFunctions();
  private static final MemorySegment TRACE = traceFunctions();

  private CodecUpcalls() {}

  /** {@return a {@code df_codec_callback} whose one owner is native code} */
  public static MemorySegment codec(SegmentAllocator allocator, Upcalls.Held codec) {
    MemorySegment callback = df_codec_callback.allocate(allocator);
    df_codec_callback.data(callback, Upcalls.hold(codec));
    df_codec_callback.functions(callback, CODEC);
    df_codec_callback.release(callback, Upcalls.RELEASE);
    return callback;
  }

  /** {@return a {@code df_trace_callback} whose one owner is native code} */
  public static MemorySegment trace(SegmentAllocator allocator, Upcalls.Held trace) {
    MemorySegment callback = df_trace_callback.allocate(allocator);
    df_trace_callback.data(callback, Upcalls.hold(trace));
    df_trace_callback.functions(callback, TRACE);
    df_trace_callback.release(callback, Upcalls.RELEASE);
    return callback;
  }

  private static MemorySegment encodeTable(
      long handle, long table, MemorySegment functions, MemorySegment results) {
    return Upcalls.answered(
        handle,
        codec -> {
          // another class loader's table has a number of its own, and other stubs
          if (functions.address() == SourceUpcalls.FUNCTIONS.address()) {
            Object source = ((Upcalls.Held) Upcalls.held(table)).function();
            ((Codec) codec).encodeTable(source, results);
          }
        });
  }

  private static MemorySegment decodeTable(
      long handle, MemorySegment bytes, long length, MemorySegment schema, MemorySegment results) {
    return Upcalls.answered(
        handle, codec -> ((Codec) codec).decodeTable(Buffers.copy(bytes, length), schema, results));
  }

  private static MemorySegment encodeFunction(
      long handle, MemorySegment function, MemorySegment results) {
    return Upcalls.answered(handle, codec -> ((Codec) codec).encodeFunction(function, results));
  }

  private static MemorySegment decodeFunction(
      long handle,
      int kind,
      MemorySegment name,
      long nameLength,
      MemorySegment bytes,
      long length,
      MemorySegment results) {
    return Upcalls.answered(
        handle,
        codec ->
            ((Codec) codec)
                .decodeFunction(
                    kind, text(name, nameLength), Buffers.copy(bytes, length), results));
  }

  private static String text(MemorySegment bytes, long length) {
    return new String(Buffers.copy(bytes, length), StandardCharsets.UTF_8);
  }

  private static void payload(
      long handle,
      boolean written,
      MemorySegment codec,
      long codecLength,
      MemorySegment subject,
      long subjectLength,
      long bytes) {
    try {
      Upcalls.Held held = (Upcalls.Held) Upcalls.held(handle);
      var event =
          new CodecTrace.Event(
              written, text(codec, codecLength), text(subject, subjectLength), bytes);
      held.within(() -> ((CodecTrace) held.function()).payload(event));
    } catch (Throwable _) {
      // The payload is written or read whatever it is told to.
    }
  }

  private static MemorySegment codecFunctions() {
    Arena arena = Arena.global();
    MemorySegment functions = df_codec_functions.allocate(arena);
    df_codec_functions.encode_table(
        functions, df_codec_functions.encode_table.allocate(CodecUpcalls::encodeTable, arena));
    df_codec_functions.decode_table(
        functions, df_codec_functions.decode_table.allocate(CodecUpcalls::decodeTable, arena));
    df_codec_functions.encode_function(
        functions,
        df_codec_functions.encode_function.allocate(CodecUpcalls::encodeFunction, arena));
    df_codec_functions.decode_function(
        functions,
        df_codec_functions.decode_function.allocate(CodecUpcalls::decodeFunction, arena));
    return functions;
  }

  private static MemorySegment traceFunctions() {
    MemorySegment functions = df_trace_functions.allocate(Arena.global());
    df_trace_functions.payload(
        functions, df_trace_functions.payload.allocate(CodecUpcalls::payload, Arena.global()));
    return functions;
  }
}
