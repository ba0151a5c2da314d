package io.datafusion.internal.inspection;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.datafusion.MalformedPayloadException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a message field by field before a parser builds anything of it, so that what is wrong has a
 * place, and so that the number of objects which the parser would make is known. It does not
 * recurse.
 */
final class WireCheck {
  /** What protobuf parsers let through, the engine's among them. */
  static final int DEPTH = 100;

  private static final int PACKED_BYTES_A_FIELD = 4;
  private static final int VARINT_BYTES = 10;

  private final String what;
  private final byte[] bytes;
  private final List<Level> levels = new ArrayList<>();
  private final FieldBudget budget;
  private int at;
  private int unknown;

  /**
   * A message or group that is being read.
   *
   * @param type of the message; null inside of what is not known
   * @param field that holds it; null for the root and for groups
   * @param end where it ends at the latest
   * @param group its number if it is a group, which ends with a tag
   */
  private record Level(
      @Nullable Descriptor type, @Nullable FieldDescriptor field, int end, int group) {}

  private WireCheck(String what, byte[] bytes, FieldBudget budget) {
    this.what = what;
    this.bytes = bytes;
    this.budget = budget;
  }

  /**
   * {@return the number of fields that the type does not know}
   *
   * @param what the message is, for what is thrown
   * @param budget pays for the fields
   * @throws MalformedPayloadException if a parser would refuse the bytes, or they hold too much
   */
  static int check(String what, Descriptor type, byte[] bytes, FieldBudget budget) {
    var check = new WireCheck(what, bytes, budget);
    check.levels.add(new Level(type, null, bytes.length, 0));
    while (!check.levels.isEmpty()) {
      check.step();
    }
    return check.unknown;
  }

  private void step() {
    Level level = levels.getLast();
    if (at < level.end) {
      field(level);
    } else if (level.group != 0) {
      throw malformed("a group that does not end");
    } else {
      levels.removeLast();
    }
  }

  private void field(Level level) {
    long tag = varint(level.end);
    long number = tag >>> 3;
    if (number == 0 || tag >>> 32 != 0) {
      throw malformed("a tag of " + Long.toUnsignedString(tag));
    }
    int wire = (int) (tag & 7);
    if (wire == WireFormat.WIRETYPE_END_GROUP) {
      end(level, (int) number);
      return;
    }
    FieldDescriptor field = level.type == null ? null : level.type.findFieldByNumber((int) number);
    count(1);
    if (field == null) {
      unknown++;
    } else if (!fits(field, wire)) {
      throw malformed("field " + field.getName() + " with wire type " + wire);
    }
    switch (wire) {
      case WireFormat.WIRETYPE_VARINT -> varint(level.end);
      case WireFormat.WIRETYPE_FIXED64 -> skip(level, Long.BYTES);
      case WireFormat.WIRETYPE_FIXED32 -> skip(level, Integer.BYTES);
      case WireFormat.WIRETYPE_LENGTH_DELIMITED -> delimited(level, field);
      case WireFormat.WIRETYPE_START_GROUP -> push(new Level(null, null, level.end, (int) number));
      default -> throw malformed("wire type " + wire);
    }
  }

  private void end(Level level, int number) {
    if (level.group != number) {
      throw malformed("the end of a group " + number + " that did not begin");
    }
    levels.removeLast();
  }

  private static boolean fits(FieldDescriptor field, int wire) {
    return wire == field.getLiteType().getWireType()
        || (field.isPackable() && wire == WireFormat.WIRETYPE_LENGTH_DELIMITED);
  }

  private void delimited(Level level, @Nullable FieldDescriptor field) {
    long length = varint(level.end);
    if (length < 0 || length > level.end - at) {
      throw malformed(
          "a length of "
              + Long.toUnsignedString(length)
              + " where "
              + (level.end - at)
              + " are left");
    }
    int end = at + (int) length;
    if (field != null && field.getType() == FieldDescriptor.Type.MESSAGE) {
      push(new Level(field.getMessageType(), field, end, 0));
      return;
    }
    if (field != null && field.getType() == FieldDescriptor.Type.STRING) {
      if (!UnsafeByteOperations.unsafeWrap(bytes, at, (int) length).isValidUtf8()) {
        throw malformed("text in " + field.getName() + " that is not UTF-8");
      }
    } else if (field != null && field.isPackable()) {
      count(length / PACKED_BYTES_A_FIELD);
    }
    at = end;
  }

  private void push(Level level) {
    if (levels.size() > DEPTH) {
      throw malformed("more than " + DEPTH + " messages inside each other");
    }
    levels.add(level);
  }

  private void count(long more) {
    if (!budget.pays(more)) {
      throw malformed(FieldBudget.EXCEEDED);
    }
  }

  private void skip(Level level, int length) {
    if (length > level.end - at) {
      throw malformed("a number that is cut off");
    }
    at += length;
  }

  private long varint(int end) {
    long value = 0;
    for (int i = 0; i < VARINT_BYTES; i++) {
      if (at >= end) {
        throw malformed("a number that is cut off");
      }
      byte next = bytes[at++];
      value |= (next & 0x7fL) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw malformed("a number of more than " + VARINT_BYTES + " bytes");
  }

  private MalformedPayloadException malformed(String reason) {
    String path =
        levels.stream()
            .map(Level::field)
            .map(field -> field == null ? "" : field.getName())
            .filter(name -> !name.isEmpty())
            .collect(Collectors.joining("."));
    String place = path.isEmpty() ? "" : ", in " + path;
    return new MalformedPayloadException(
        what + ": " + reason + " at byte " + at + " of " + bytes.length + place, null);
  }
}
