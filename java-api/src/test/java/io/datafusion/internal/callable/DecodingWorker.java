package io.datafusion.internal.callable;

import com.google.protobuf.ByteString;
import io.datafusion.internal.message.Callable;
import io.datafusion.udf.ScalarFunction1;
import io.datafusion.udf.ScalarFunction2;
import io.datafusion.udf.ScalarFunction3;
import io.datafusion.udf.ScalarFunction4;
import java.io.File;
import java.io.FileInputStream;
import java.io.ObjectInputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The receiving JVM of {@link CallableCrossingTest}: has none of the sample classes. */
final class DecodingWorker {
  private DecodingWorker() {}

  /**
   * Arguments: a directory. Prints a line a sample: name, result of the call with its arguments.
   */
  public static void main(String[] args) throws Exception {
    var out = new PrintStream(System.out, true, "UTF-8");
    for (File file : new File(args[0]).listFiles((dir, name) -> name.endsWith(".callable"))) {
      String name = file.getName().replace(".callable", "");
      String result;
      try {
        byte[] bytes = Files.readAllBytes(file.toPath());
        ClassLoader parent = DecodingWorker.class.getClassLoader();
        Object function =
            CallableDecoder.decode(
                ByteString.copyFromUtf8(name), Callable.parseFrom(bytes), parent);
        result = call(function, arguments(file));
      } catch (CallableException | LinkageError e) {
        result = "failed: " + e;
      }
      out.println(name + "\t" + result);
    }
  }

  /** Arguments are values of the JDK, written by the driver beside the function. */
  private static Object[] arguments(File callable) throws Exception {
    var file = new File(callable.getPath().replace(".callable", ".arguments"));
    try (var in = new ObjectInputStream(new FileInputStream(file))) {
      return (Object[]) in.readObject();
    }
  }

  @SuppressWarnings("unchecked")
  static String call(Object function, Object[] a) throws Exception {
    @Nullable Object result =
        switch (function) {
          case ScalarFunction1<?, ?> f -> ((ScalarFunction1<Object, Object>) f).apply(a[0]);
          case ScalarFunction2<?, ?, ?> f ->
              ((ScalarFunction2<Object, Object, Object>) f).apply(a[0], a[1]);
          case ScalarFunction3<?, ?, ?, ?> f ->
              ((ScalarFunction3<Object, Object, Object, Object>) f).apply(a[0], a[1], a[2]);
          case ScalarFunction4<?, ?, ?, ?, ?> f ->
              ((ScalarFunction4<Object, Object, Object, Object, Object>) f)
                  .apply(a[0], a[1], a[2], a[3]);
          default -> throw new AssertionError(function);
        };
    return Arrays.deepToString(new Object[] {result});
  }
}
