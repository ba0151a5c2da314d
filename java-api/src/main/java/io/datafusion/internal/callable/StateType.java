package io.datafusion.internal.callable;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** A record class whose objects are the states of groups: its components are columns. */
public final class StateType {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private final List<Field> fields = new ArrayList<>();
  private final List<RowType> types = new ArrayList<>();
  private final List<Class<?>> columnClasses = new ArrayList<>();
  private final List<MethodHandle> accessors = new ArrayList<>();
  private final MethodHandle constructor;
  private final MethodHandle boxedConstructor;

  private StateType(Class<?> type) throws ReflectiveOperationException {
    var classes = new ArrayList<Class<?>>();
    for (RecordComponent component : type.getRecordComponents()) {
      classes.add(component.getType());
      add(type, component);
    }
    Constructor<?> canonical = type.getDeclaredConstructor(classes.toArray(Class<?>[]::new));
    canonical.setAccessible(true);
    MethodHandle handle = LOOKUP.unreflectConstructor(canonical);
    constructor = handle.asType(MethodType.methodType(Object.class, columnClasses));
    List<Class<?>> boxed = types.stream().<Class<?>>map(RowType::javaClass).toList();
    boxedConstructor = handle.asType(MethodType.methodType(Object.class, boxed));
  }

  private void add(Class<?> type, RecordComponent component) throws ReflectiveOperationException {
    boolean primitive = component.getType().isPrimitive();
    Class<?> column = primitive ? component.getType() : Object.class;
    RowType rowType = rowType(type, component);
    types.add(rowType);
    columnClasses.add(column);
    fields.add(rowType.toField(component.getName(), !primitive));
    Method accessor = component.getAccessor();
    accessor.setAccessible(true);
    MethodHandle handle = LOOKUP.unreflect(accessor);
    accessors.add(handle.asType(MethodType.methodType(column, Object.class)));
  }

  /**
   * {@return what is known of a record class}
   *
   * @throws IllegalArgumentException if it has no components, if one of them is of a class without
   *     an Arrow type, or if its package is not open
   */
  public static StateType of(Class<?> type) {
    if (!type.isRecord() || type.getRecordComponents().length == 0) {
      throw new IllegalArgumentException(
          "the state " + type.getTypeName() + " is no record with components");
    }
    try {
      return new StateType(type);
    } catch (InaccessibleObjectException e) {
      String reason =
          "the state %s is in a package that is not open: add 'opens %s to io.datafusion;' to the"
              + " module %s";
      throw new IllegalArgumentException(
          reason.formatted(type.getTypeName(), type.getPackageName(), type.getModule().getName()),
          e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "the state " + type.getTypeName() + " is not as the compiler makes records", e);
    }
  }

  private static RowType rowType(Class<?> type, RecordComponent component) {
    try {
      return RowType.of(MethodType.methodType(component.getType()).wrap().returnType()).ofStates();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "component '%s' of the state %s: %s"
              .formatted(component.getName(), type.getTypeName(), e.getMessage()),
          e);
    }
  }

  /** {@return the columns of states, those of primitive types never null} */
  public List<Field> fields() {
    return List.copyOf(fields);
  }

  int size() {
    return types.size();
  }

  List<RowType> types() {
    return types;
  }

  boolean isPrimitive(int component) {
    return columnClasses.get(component).isPrimitive();
  }

  /** {@return the primitive type of a component, or Object} */
  Class<?> columnClass(int component) {
    return columnClasses.get(component);
  }

  /** {@return what makes a state of components of the classes of their columns} */
  MethodHandle constructor() {
    return constructor;
  }

  /** {@return what makes a state of components of the classes of their row types} */
  MethodHandle boxedConstructor() {
    return boxedConstructor;
  }

  /** {@return for each component what takes a state and gives it} */
  List<MethodHandle> accessors() {
    return accessors;
  }

  /** {@return the components of a state} */
  @Nullable Object[] components(Object state) throws Exception {
    @Nullable Object[] components = new Object[types.size()];
    for (int i = 0; i < components.length; i++) {
      try {
        components[i] = accessors.get(i).invoke(state);
      } catch (Exception | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
    return components;
  }
}
