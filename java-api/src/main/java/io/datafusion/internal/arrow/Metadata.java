package io.datafusion.internal.arrow;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.datafusion.internal.Texts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The metadata block of a schema: a count, then key and value, each with its length before it. */
final class Metadata {
  private Metadata() {}

  /** {@return the entries of the block at {@code address}, none for NULL} */
  static Map<String, String> read(long address) {
    if (address == CData.NULL) {
      return Map.of();
    }
    Cursor cursor = new Cursor(address);
    int count = cursor.count();
    Map<String, String> entries = LinkedHashMap.newLinkedHashMap(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      String key = cursor.text();
      entries.put(key, cursor.text());
    }
    return entries;
  }

  /** {@return the address of a block with the entries, NULL for none} */
  static long write(Map<String, String> entries, Arena arena) {
    if (entries.isEmpty()) {
      return CData.NULL;
    }
    List<byte[]> texts = new ArrayList<>(entries.size() * 2);
    entries.forEach(
        (key, value) -> {
          texts.add(Texts.check(key, "a field's metadata").getBytes(StandardCharsets.UTF_8));
          texts.add(Texts.check(value, "a field's metadata").getBytes(StandardCharsets.UTF_8));
        });
    long size = Integer.BYTES;
    for (byte[] text : texts) {
      size += Integer.BYTES + (long) text.length;
    }
    MemorySegment block = arena.allocate(size, Integer.BYTES);
    block.set(JAVA_INT_UNALIGNED, 0, entries.size());
    long position = Integer.BYTES;
    for (byte[] text : texts) {
      block.set(JAVA_INT_UNALIGNED, position, text.length);
      MemorySegment.copy(text, 0, block, JAVA_BYTE, position + Integer.BYTES, text.length);
      position += Integer.BYTES + (long) text.length;
    }
    return block.address();
  }

  private static final class Cursor {
    private long address;

    Cursor(long address) {
      this.address = address;
    }

    int count() {
      int count = CData.intAt(address);
      if (count < 0) {
        throw new IllegalArgumentException("schema metadata with a length of " + count);
      }
      address += Integer.BYTES;
      return count;
    }

    String text() {
      int length = count();
      byte[] bytes = CData.at(address, length).toArray(JAVA_BYTE);
      address += length;
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
