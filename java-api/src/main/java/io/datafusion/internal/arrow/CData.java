package io.datafusion.internal.arrow;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.datafusion.internal.boundary.Buffers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;

/**
 * The structs of the Arrow C Data interface as memory. Pointers are read as {@code long}: they are
 * addresses to compute with, and 64 bits wide on every platform we build for.
 */
public final class CData {
  /** {@code struct ArrowSchema}. */
  public static final StructLayout SCHEMA =
      MemoryLayout.structLayout(
              JAVA_LONG.withName("format"),
              JAVA_LONG.withName("name"),
              JAVA_LONG.withName("metadata"),
              JAVA_LONG.withName("flags"),
              JAVA_LONG.withName("n_children"),
              JAVA_LONG.withName("children"),
              JAVA_LONG.withName("dictionary"),
              JAVA_LONG.withName("release"),
              JAVA_LONG.withName("private_data"))
          .withName("ArrowSchema");

  /** {@code struct ArrowArray}. */
  public static final StructLayout ARRAY =
      MemoryLayout.structLayout(
              JAVA_LONG.withName("length"),
              JAVA_LONG.withName("null_count"),
              JAVA_LONG.withName("offset"),
              JAVA_LONG.withName("n_buffers"),
              JAVA_LONG.withName("n_children"),
              JAVA_LONG.withName("buffers"),
              JAVA_LONG.withName("children"),
              JAVA_LONG.withName("dictionary"),
              JAVA_LONG.withName("release"),
              JAVA_LONG.withName("private_data"))
          .withName("ArrowArray");

  static final long NULL = 0;

  static final long SCHEMA_FORMAT = offset(SCHEMA, "format");
  static final long SCHEMA_NAME = offset(SCHEMA, "name");
  static final long SCHEMA_METADATA = offset(SCHEMA, "metadata");
  static final long SCHEMA_FLAGS = offset(SCHEMA, "flags");
  static final long SCHEMA_CHILD_COUNT = offset(SCHEMA, "n_children");
  static final long SCHEMA_CHILDREN = offset(SCHEMA, "children");
  static final long SCHEMA_DICTIONARY = offset(SCHEMA, "dictionary");
  static final long SCHEMA_RELEASE = offset(SCHEMA, "release");

  static final long ARRAY_LENGTH = offset(ARRAY, "length");
  static final long ARRAY_NULL_COUNT = offset(ARRAY, "null_count");
  static final long ARRAY_OFFSET = offset(ARRAY, "offset");
  static final long ARRAY_BUFFER_COUNT = offset(ARRAY, "n_buffers");
  static final long ARRAY_CHILD_COUNT = offset(ARRAY, "n_children");
  static final long ARRAY_BUFFERS = offset(ARRAY, "buffers");
  static final long ARRAY_CHILDREN = offset(ARRAY, "children");
  static final long ARRAY_DICTIONARY = offset(ARRAY, "dictionary");
  static final long ARRAY_RELEASE = offset(ARRAY, "release");

  static final long FLAG_DICTIONARY_ORDERED = 1;
  static final long FLAG_NULLABLE = 2;
  static final long FLAG_MAP_KEYS_SORTED = 4;

  /** Deeper types than this are refused: reading them recurses, and so do Arrow Java's vectors. */
  public static final int MAX_DEPTH = 128;

  private static final MemorySegment MEMORY = Buffers.SPACE;

  private CData() {}

  private static long offset(StructLayout struct, String member) {
    return struct.byteOffset(groupElement(member));
  }

  /** {@return the {@code size} bytes at {@code address}} */
  static MemorySegment at(long address, long size) {
    return MEMORY.asSlice(address, size);
  }

  static long longAt(long address) {
    return MEMORY.get(JAVA_LONG_UNALIGNED, address);
  }

  static int intAt(long address) {
    return MEMORY.get(JAVA_INT_UNALIGNED, address);
  }

  static short shortAt(long address) {
    return MEMORY.get(JAVA_SHORT_UNALIGNED, address);
  }

  static void putShort(long address, short value) {
    MEMORY.set(JAVA_SHORT_UNALIGNED, address, value);
  }

  static void putInt(long address, int value) {
    MEMORY.set(JAVA_INT_UNALIGNED, address, value);
  }

  static void putLong(long address, long value) {
    MEMORY.set(JAVA_LONG_UNALIGNED, address, value);
  }

  /** {@return the {@code index}th pointer of the array of pointers at {@code address}} */
  static long pointerAt(long address, long index) {
    return longAt(address + index * Long.BYTES);
  }

  /** {@return the address of an array of {@code pointers}, NULL for none} */
  static long pointers(long[] pointers, Arena arena) {
    return pointers.length == 0 ? NULL : arena.allocateFrom(JAVA_LONG, pointers).address();
  }

  /** {@return the NUL-terminated UTF-8 at {@code address}} */
  static String textAt(long address) {
    return MEMORY.getString(address, StandardCharsets.UTF_8);
  }
}
