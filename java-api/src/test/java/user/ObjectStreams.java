package user;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Java object streams in memory, genuine and forged. */
final class ObjectStreams {
  private ObjectStreams() {}

  static byte[] write(Object... objects) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      for (Object object : objects) {
        out.writeObject(object);
      }
    }
    return bytes.toByteArray();
  }

  static Object read(byte[] stream) throws IOException, ClassNotFoundException {
    return read(stream, null);
  }

  static Object read(byte[] stream, ObjectInputFilter filter)
      throws IOException, ClassNotFoundException {
    try (var in = new ObjectInputStream(new ByteArrayInputStream(stream))) {
      if (filter != null) {
        in.setObjectInputFilter(filter);
      }
      return in.readObject();
    }
  }

  static <T> T copy(T object) throws IOException, ClassNotFoundException {
    @SuppressWarnings("unchecked")
    T copy = (T) read(write(object));
    return copy;
  }

  /** The stream of an object that says to be of another class. */
  static byte[] forge(Object object, Class<?> claimed) throws IOException {
    byte[] stream = write(object);
    byte[] real = head(object.getClass());
    int at = indexOf(stream, real);
    return ByteBuffer.allocate(stream.length - real.length + head(claimed).length)
        .put(stream, 0, at)
        .put(head(claimed))
        .put(stream, at + real.length, stream.length - at - real.length)
        .array();
  }

  /** How a stream names a class: its name and its serial version. */
  private static byte[] head(Class<?> type) {
    byte[] name = type.getName().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(2 + name.length + 8)
        .putShort((short) name.length)
        .put(name)
        .putLong(ObjectStreamClass.lookup(type).getSerialVersionUID())
        .array();
  }

  static int indexOf(byte[] bytes, byte[] part) {
    for (int at = 0; at + part.length <= bytes.length; at++) {
      if (ByteBuffer.wrap(bytes, at, part.length).equals(ByteBuffer.wrap(part))) {
        return at;
      }
    }
    throw new AssertionError("not in the stream");
  }
}
