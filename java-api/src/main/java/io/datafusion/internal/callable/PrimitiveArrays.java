package io.datafusion.internal.callable;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.datafusion.internal.message.CapturedPrimitives;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Arrays of primitive values as little-endian bytes. */
final class PrimitiveArrays {
  private PrimitiveArrays() {}

  /** {@return how many bytes the array takes} */
  static long size(Object array) {
    return (long) Array.getLength(array) * width(component(array));
  }

  static ByteString toBytes(Object array) {
    ByteBuffer out =
        ByteBuffer.allocate(Math.toIntExact(size(array))).order(ByteOrder.LITTLE_ENDIAN);
    switch (array) {
      case byte[] values -> out.put(values);
      case boolean[] values -> {
        for (boolean value : values) {
          out.put((byte) (value ? 1 : 0));
        }
      }
      case short[] values -> out.asShortBuffer().put(values);
      case char[] values -> out.asCharBuffer().put(values);
      case int[] values -> out.asIntBuffer().put(values);
      case long[] values -> out.asLongBuffer().put(values);
      case float[] values -> out.asFloatBuffer().put(values);
      case double[] values -> out.asDoubleBuffer().put(values);
      default -> throw new IllegalArgumentException(array.getClass().getName());
    }
    return UnsafeByteOperations.unsafeWrap(out.array());
  }

  static void check(CapturedPrimitives message) throws MalformedCallable {
    int size = message.getElements().size();
    int width = width(message.getComponent());
    if (width == 0 || size % width != 0) {
      throw new MalformedCallable(
          "An array of primitive type '" + message.getComponent() + "' in " + size + " bytes");
    }
  }

  /** {@return an array of a message that was checked} */
  static Object fromBytes(CapturedPrimitives message) {
    byte[] bytes = message.getElements().toByteArray();
    String component = message.getComponent();
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = bytes.length / width(component);
    return switch (component) {
      case "B" -> bytes;
      case "Z" -> booleans(bytes);
      case "F" -> {
        float[] values = new float[length];
        in.asFloatBuffer().get(values);
        yield values;
      }
      case "D" -> {
        double[] values = new double[length];
        in.asDoubleBuffer().get(values);
        yield values;
      }
      default -> integers(component, in, length);
    };
  }

  private static boolean[] booleans(byte[] bytes) {
    boolean[] values = new boolean[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      values[i] = bytes[i] != 0;
    }
    return values;
  }

  private static Object integers(String component, ByteBuffer in, int length) {
    return switch (component) {
      case "S" -> {
        short[] values = new short[length];
        in.asShortBuffer().get(values);
        yield values;
      }
      case "C" -> {
        char[] values = new char[length];
        in.asCharBuffer().get(values);
        yield values;
      }
      case "I" -> {
        int[] values = new int[length];
        in.asIntBuffer().get(values);
        yield values;
      }
      default -> {
        long[] values = new long[length];
        in.asLongBuffer().get(values);
        yield values;
      }
    };
  }

  private static String component(Object array) {
    return array.getClass().componentType().descriptorString();
  }

  private static int width(String component) {
    return switch (component) {
      case "B", "Z" -> 1;
      case "S", "C" -> 2;
      case "I", "F" -> 4;
      case "J", "D" -> 8;
      default -> 0;
    };
  }
}
