package io.datafusion.internal.callable;

import io.datafusion.udf.ScalarFunction1;
import io.datafusion.udf.ScalarFunction2;
import io.datafusion.udf.ScalarFunction3;
import io.datafusion.udf.ScalarFunction4;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * A static method as a function over rows: it runs by a handle, and is written as the method
 * reference that it stands for. A lambda would have to be made in the module of the method.
 *
 * <p>It is a record because the compiler takes the handle in one for a constant.
 *
 * @param method public, of a public class
 * @param handle the method, with objects for its parameters and its result
 */
@SuppressWarnings("NullAway") // results may be null by the type arguments, which it does not read
public record StaticMethod(Method method, MethodHandle handle)
    implements ScalarFunction1<@Nullable Object, @Nullable Object>,
        ScalarFunction2<@Nullable Object, @Nullable Object, @Nullable Object>,
        ScalarFunction3<@Nullable Object, @Nullable Object, @Nullable Object, @Nullable Object>,
        ScalarFunction4<
            @Nullable Object,
            @Nullable Object,
            @Nullable Object,
            @Nullable Object,
            @Nullable Object> {

  /**
   * {@return a method as a function of its parameters}
   *
   * @throws IllegalAccessException if method, class or package are not for this module to use
   */
  public static StaticMethod of(Method method) throws IllegalAccessException {
    StaticMethod.class.getModule().addReads(method.getDeclaringClass().getModule());
    MethodHandle handle = MethodHandles.lookup().unreflect(method);
    return new StaticMethod(method, handle.asType(handle.type().generic()));
  }

  /** {@return the interface of functions of as many arguments} */
  Class<?> functional() {
    return KernelWriter.FUNCTIONS.get(method.getParameterCount() - 1);
  }

  /** {@return what the compiler writes of a reference to the method} */
  SerializedLambda reference() {
    var type = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
    return new SerializedLambda(
        method.getDeclaringClass(),
        InternalName.of(functional()),
        "apply",
        type.generic().descriptorString(),
        MethodHandleInfo.REF_invokeStatic,
        InternalName.of(method.getDeclaringClass()),
        method.getName(),
        type.descriptorString(),
        type.wrap().descriptorString(),
        new Object[0]);
  }

  @Override
  public @Nullable Object apply(@Nullable Object a) throws Exception {
    try {
      return handle.invokeExact(a);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  @Override
  public @Nullable Object apply(@Nullable Object a, @Nullable Object b) throws Exception {
    try {
      return handle.invokeExact(a, b);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  @Override
  public @Nullable Object apply(@Nullable Object a, @Nullable Object b, @Nullable Object c)
      throws Exception {
    try {
      return handle.invokeExact(a, b, c);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  @Override
  public @Nullable Object apply(
      @Nullable Object a, @Nullable Object b, @Nullable Object c, @Nullable Object d)
      throws Exception {
    try {
      return handle.invokeExact(a, b, c, d);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  /** The very object, of whatever class: what a method throws is the cause of the query's error. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> T thrown(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
