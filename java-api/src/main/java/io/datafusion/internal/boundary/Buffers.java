package io.datafusion.internal.boundary;

import static io.datafusion.bindings.datafusion_c_h.C_POINTER;
import static io.datafusion.bindings.datafusion_c_h.df_buffer_data;
import static io.datafusion.bindings.datafusion_c_h.df_buffer_free;
import static io.datafusion.bindings.datafusion_c_h.df_buffer_len;
import static io.datafusion.bindings.datafusion_c_h.df_results_set_bytes;

import io.datafusion.internal.Texts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Bytes and text across the boundary. Pointers that the bindings answer have no bound, so they are
 * sliced, never reinterpreted: native access stays with the bindings.
 */
public final class Buffers {
  /** The whole address space: a null pointer, read through the bindings, which has no bound. */
  public static final MemorySegment SPACE = Arena.global().allocate(C_POINTER).get(C_POINTER, 0);

  private Buffers() {}

  /** {@return a native copy of the bytes} Its address is never null, even for no bytes. */
  public static MemorySegment of(SegmentAllocator allocator, byte[] bytes) {
    MemorySegment segment = allocator.allocate(Math.max(1, bytes.length));
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return segment;
  }

  /**
   * {@return the text in UTF-8}
   *
   * @param place what the text is
   * @throws IllegalArgumentException for an unpaired surrogate
   */
  public static byte[] utf8(String text, String place) {
    return lenientUtf8(Texts.check(text, place));
  }

  /** {@return a message in UTF-8} What is no valid UTF-16 becomes a question mark. */
  public static byte[] lenientUtf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** {@return the bytes of a native buffer, which is freed} */
  public static byte[] take(MemorySegment buffer) {
    try {
      return copy(df_buffer_data(buffer), df_buffer_len(buffer));
    } finally {
      df_buffer_free(buffer);
    }
  }

  /** {@return a copy of native memory} */
  public static byte[] copy(MemorySegment data, long length) {
    return length == 0 ? new byte[0] : data.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }

  /** {@return the text of a native buffer of UTF-8, which is freed} */
  public static String takeText(MemorySegment buffer) {
    return new String(take(buffer), StandardCharsets.UTF_8);
  }

  /** {@return the one number of a native buffer, which is freed} */
  public static long takeLong(MemorySegment buffer) {
    return ByteBuffer.wrap(take(buffer)).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /** Hands bytes over as the answer of an upcall, which are copied. */
  public static void answer(byte[] bytes, MemorySegment results) {
    try (Arena arena = Arena.ofConfined()) {
      Errors.check(df_results_set_bytes(results, of(arena, bytes), bytes.length));
    }
  }
}
