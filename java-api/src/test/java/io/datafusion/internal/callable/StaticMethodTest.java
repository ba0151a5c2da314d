package io.datafusion.internal.callable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.datafusion.udf.ScalarFunction1;
import io.datafusion.udf.ScalarFunction2;
import io.datafusion.udf.ScalarFunction4;
import java.util.Collection;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A method found by reflection is, as a function, what the compiler makes of a reference to it. */
class StaticMethodTest {
  /** What is referred to, by the compiler and by reflection. */
  public static final class Sums {
    public static double add(double a, Long b) {
      return a + b;
    }

    public static String shout(String text) throws Exception {
      if (text.isEmpty()) {
        throw new Exception("nothing to shout");
      }
      return text + "!";
    }

    public static long all(int a, int b, int c, int d) {
      return a + b + c + d;
    }
  }

  private static StaticMethod method(String name, Class<?>... parameters) throws Exception {
    return StaticMethod.of(Sums.class.getDeclaredMethod(name, parameters));
  }

  private static void assertWrittenAlike(Object one, Object other) throws NotShippable {
    Encoded expected = CallableEncoder.encode(other, Set.of());
    assertThat(expected.payload().toStringUtf8()).contains("StaticMethodTest$Sums");
    assertThat(CallableEncoder.encode(one, Set.of())).isEqualTo(expected);
  }

  @Test
  void itIsWrittenAsAMethodReferenceIs() throws Exception {
    ScalarFunction2<Double, Long, Double> add = Sums::add;
    assertWrittenAlike(method("add", double.class, Long.class), add);
    ScalarFunction1<String, String> shout = Sums::shout;
    assertWrittenAlike(method("shout", String.class), shout);
    ScalarFunction4<Integer, Integer, Integer, Integer, Long> all = Sums::all;
    assertWrittenAlike(method("all", int.class, int.class, int.class, int.class), all);
  }

  @Test
  void itCallsTheMethodAndThrowsWhatThatThrows() throws Exception {
    assertThat(method("add", double.class, Long.class).apply(1.5, 2L)).isEqualTo(3.5);
    StaticMethod all = method("all", int.class, int.class, int.class, int.class);
    assertThat(all.apply(1, 2, 3, 4)).isEqualTo(10L);
    Throwable thrown = catchThrowable(() -> method("shout", String.class).apply(""));
    assertThat(thrown).isExactlyInstanceOf(Exception.class).hasMessage("nothing to shout");
  }

  @Test
  void aMethodOutOfReachIsRefused() throws Exception {
    var hidden = Class.forName("java.util.ImmutableCollections");
    assertThatThrownBy(
            () -> StaticMethod.of(hidden.getDeclaredMethod("listCopy", Collection.class)))
        .isInstanceOf(IllegalAccessException.class);
  }
}
