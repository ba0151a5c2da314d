package io.datafusion.internal.callable;

import io.datafusion.internal.message.CapturedLambda;
import java.lang.invoke.LambdaConversionException;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a lambda or method reference of its description, bound in the class that has its body. */
final class LambdaMaker {
  private final ShippedCode loader;
  private final CapturedLambda message;

  LambdaMaker(ShippedCode loader, CapturedLambda message) {
    this.loader = loader;
    this.message = message;
  }

  Object make(List<@Nullable Object> captured)
      throws MalformedCallable, MissingCode, ReflectiveOperationException {
    Class<?> functional = Class.forName(message.getInterface(), false, loader);
    Class<?> body = Class.forName(message.getImplementationType(), false, loader);
    try {
      return make(captured, functional, body);
    } catch (IllegalAccessException e) {
      if (body.getClassLoader() == loader) {
        throw e;
      }
      return remake(captured, body, e);
    }
  }

  /**
   * What is not public in a class that was here already is bound by that class only, as it does for
   * Java's own deserialization: no lookup of ours has the rights.
   */
  private Object remake(
      List<@Nullable Object> captured, Class<?> body, IllegalAccessException refused)
      throws MissingCode, ReflectiveOperationException {
    try {
      Method maker = body.getDeclaredMethod("$deserializeLambda$", SerializedLambda.class);
      maker.setAccessible(true);
      return maker.invoke(
          null,
          new SerializedLambda(
              body,
              InternalName.ofBinary(message.getInterface()),
              message.getMethod(),
              message.getMethodDescriptor(),
              message.getImplementationKind(),
              InternalName.ofBinary(message.getImplementationType()),
              message.getImplementationName(),
              message.getImplementationDescriptor(),
              message.getInstantiatedDescriptor(),
              captured.toArray()));
    } catch (InaccessibleObjectException e) {
      throw new MissingCode(
          "The function needs a lambda of "
              + body.getName()
              + ", whose package is not open: add 'opens "
              + body.getPackageName()
              + " to io.datafusion;' to the module "
              + body.getModule().getName(),
          e);
    } catch (NoSuchMethodException e) {
      refused.addSuppressed(e);
      throw refused;
    }
  }

  private Object make(List<@Nullable Object> captured, Class<?> functional, Class<?> body)
      throws MalformedCallable, ReflectiveOperationException {
    MethodHandles.Lookup host = host(body, functional);
    MethodHandle implementation = find(host, body);
    MethodType captures =
        implementation.type().parameterCount() < captured.size()
            ? null
            : implementation
                .type()
                .dropParameterTypes(captured.size(), implementation.type().parameterCount())
                .changeReturnType(functional);
    if (captures == null) {
      throw new MalformedCallable("A lambda with more captured values than parameters");
    }
    try {
      return LambdaMetafactory.altMetafactory(
              host,
              message.getMethod(),
              captures,
              type(message.getMethodDescriptor()),
              implementation,
              type(message.getInstantiatedDescriptor()),
              LambdaMetafactory.FLAG_SERIALIZABLE)
          .getTarget()
          .invokeWithArguments(captured);
    } catch (LambdaConversionException e) {
      throw new MalformedCallable("The lambda does not fit its interface: " + e.getMessage(), e);
    } catch (ReflectiveOperationException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new MalformedCallable("The lambda cannot be made: " + e, e);
    }
  }

  /** The class of the body, or of the interface where the body is not the user's. */
  private MethodHandles.Lookup host(Class<?> body, Class<?> functional)
      throws ReflectiveOperationException {
    boolean ofInterface = body.getClassLoader() != loader && functional.getClassLoader() == loader;
    return loader.lookup(ofInterface ? functional : body);
  }

  private MethodHandle find(MethodHandles.Lookup host, Class<?> body)
      throws MalformedCallable, ReflectiveOperationException {
    MethodType type = type(message.getImplementationDescriptor());
    String name = message.getImplementationName();
    return switch (message.getImplementationKind()) {
      case MethodHandleInfo.REF_invokeStatic -> host.findStatic(body, name, type);
      case MethodHandleInfo.REF_invokeVirtual, MethodHandleInfo.REF_invokeInterface ->
          host.findVirtual(body, name, type);
      case MethodHandleInfo.REF_invokeSpecial -> host.findSpecial(body, name, type, body);
      case MethodHandleInfo.REF_newInvokeSpecial -> host.findConstructor(body, type);
      default ->
          throw new MalformedCallable(
              "A lambda with an implementation of kind " + message.getImplementationKind());
    };
  }

  private MethodType type(String descriptor) {
    return MethodType.fromMethodDescriptorString(descriptor, loader);
  }
}
