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
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
      return captured.isEmpty() && functional.isAssignableFrom(StaticMethod.class)
          ? ofMethod(body, e)
          : remake(captured, body, e);
    }
  }

  /** A public method of a package that is open to this module alone is bound by this module. */
  private Object ofMethod(Class<?> body, IllegalAccessException refused)
      throws MissingCode, ReflectiveOperationException {
    Class<?>[] parameters = type(message.getImplementationDescriptor()).parameterArray();
    try {
      Method method = body.getDeclaredMethod(message.getImplementationName(), parameters);
      if (Modifier.isStatic(method.getModifiers())) {
        return StaticMethod.of(method);
      }
    } catch (IllegalAccessException | NoSuchMethodException e) {
      refused.addSuppressed(e);
    }
    return remake(List.of(), body, refused);
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
      throw closed(body, e);
    } catch (NoSuchMethodException e) {
      refused.addSuppressed(e);
      if (!body.getModule().isExported(body.getPackageName(), LambdaMaker.class.getModule())) {
        throw closed(body, refused);
      }
      throw refused;
    }
  }

  private static MissingCode closed(Class<?> body, Exception cause) {
    return new MissingCode(
        "The function needs a method of "
            + body.getName()
            + ", whose package is not open: add 'opens "
            + body.getPackageName()
            + " to io.datafusion;' to the module "
            + body.getModule().getName(),
        cause);
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
              host, message.getMethod(), captures, options(functional, implementation))
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

  private Object[] options(Class<?> functional, MethodHandle implementation)
      throws ClassNotFoundException {
    var markers = new ArrayList<Class<?>>();
    for (String marker : message.getMarkersList()) {
      markers.add(Class.forName(marker, false, loader));
    }
    var options = new ArrayList<Object>();
    options.add(type(message.getMethodDescriptor()));
    options.add(implementation);
    options.add(type(message.getInstantiatedDescriptor()));
    options.add(
        LambdaMetafactory.FLAG_SERIALIZABLE
            | LambdaMetafactory.FLAG_MARKERS
            | LambdaMetafactory.FLAG_BRIDGES);
    options.add(markers.size());
    options.addAll(markers);
    markers.add(functional);
    Set<MethodType> bridges = bridges(markers);
    options.add(bridges.size());
    options.addAll(bridges);
    return options.toArray();
  }

  /** The types under which interfaces above have the method, from before it was narrowed. */
  private Set<MethodType> bridges(List<Class<?>> interfaces) {
    MethodType implemented = type(message.getMethodDescriptor());
    var bridges = new LinkedHashSet<MethodType>();
    for (Class<?> type : interfaces) {
      for (Method method : type.getMethods()) {
        if (Modifier.isAbstract(method.getModifiers())
            && method.getName().equals(message.getMethod())
            && method.getParameterCount() == implemented.parameterCount()) {
          bridges.add(MethodType.methodType(method.getReturnType(), method.getParameterTypes()));
        }
      }
    }
    bridges.remove(implemented);
    return bridges;
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
