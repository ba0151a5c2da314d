package io.datafusion.internal.callable;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.datafusion.internal.message.Callable;
import io.datafusion.internal.message.CallablePayload;
import io.datafusion.internal.message.CapturedInstance;
import io.datafusion.internal.message.CapturedLambda;
import io.datafusion.internal.message.CapturedValue;
import io.datafusion.internal.message.InlinedFunction;
import java.io.IOException;

/**
 * Counts the messages within a message before it is parsed: an empty one takes two bytes there, and
 * far more as an object.
 */
public final class ParseLimits {
  static final int REFERENCE_LIMIT = 1 << 16;
  static final int FIELD_LIMIT = 1 << 21;

  private ParseLimits() {}

  /**
   * Refuses the bytes of an {@code InlinedFunction} with more classes than are read.
   *
   * @throws MalformedCallable if there are too many, or the bytes are no message
   */
  public static void checkFunction(byte[] function) throws MalformedCallable {
    ByteString bytes = ByteString.copyFrom(function);
    int callable = InlinedFunction.CALLABLE_FIELD_NUMBER;
    limit(
        "carried classes", bytes, CodeClosure.CLASS_LIMIT, callable, Callable.CARRIED_FIELD_NUMBER);
    limit("referenced classes", bytes, REFERENCE_LIMIT, callable, Callable.REFERENCED_FIELD_NUMBER);
  }

  /** Refuses the bytes of a {@code CallablePayload} with more values or fields than are read. */
  static void checkPayload(ByteString payload) throws MalformedCallable {
    int values = CallablePayload.VALUES_FIELD_NUMBER;
    int fields = CapturedInstance.FIELDS_FIELD_NUMBER;
    limit("values", payload, PayloadCheck.VALUE_LIMIT, values);
    limit("fields", payload, FIELD_LIMIT, values, CapturedValue.RECORD_FIELD_NUMBER, fields);
    limit("fields", payload, FIELD_LIMIT, values, CapturedValue.OBJECT_FIELD_NUMBER, fields);
    limit(
        "interfaces",
        payload,
        FIELD_LIMIT,
        values,
        CapturedValue.LAMBDA_FIELD_NUMBER,
        CapturedLambda.MARKERS_FIELD_NUMBER);
  }

  private static void limit(String what, ByteString message, int limit, int... path)
      throws MalformedCallable {
    try {
      long found = count(message.newCodedInput(), path, 0);
      if (found > limit) {
        throw new MalformedCallable(
            "The callable has " + found + " " + what + "; read are " + limit);
      }
    } catch (IOException e) {
      throw new MalformedCallable("The callable is no message", e);
    }
  }

  /** How many fields are at the end of a path of field numbers. */
  private static long count(CodedInputStream in, int[] path, int at) throws IOException {
    long found = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      boolean onPath =
          WireFormat.getTagFieldNumber(tag) == path[at]
              && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (onPath && at + 1 < path.length) {
        int outer = in.pushLimit(in.readRawVarint32());
        found += count(in, path, at + 1);
        in.popLimit(outer);
      } else {
        found += onPath ? 1 : 0;
        in.skipField(tag);
      }
    }
    return found;
  }
}
