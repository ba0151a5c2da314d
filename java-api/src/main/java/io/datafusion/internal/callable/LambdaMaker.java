package io.datafusion.internal.callable;

import io.datafusion.internal.message.CapturedLambda;
import java.lang.invoke.LambdaConversionException;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
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
      throws MalformedCallable, ReflectiveOperationException {
    Class<?> functional = Class.forName(message.getInterface(), false, loader);
    Class<?> body = Class.forName(message.getImplementationType(), false, loader);
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
