package io.datafusion.internal.callable;

import io.datafusion.internal.message.CapturedField;
import io.datafusion.internal.message.CapturedInstance;
import java.io.Externalizable;
import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import sun.reflect.ReflectionFactory;

/** Makes records by their canonical constructor, objects of user classes field by field. */
final class InstanceReader {
  private final ClassLoader loader;
  private final List<@Nullable Object> values;

  InstanceReader(ClassLoader loader, List<@Nullable Object> values) {
    this.loader = loader;
    this.values = values;
  }

  Object record(CapturedInstance instance) throws MalformedCallable, ReflectiveOperationException {
    Class<?> type = Class.forName(instance.getType(), false, loader);
    RecordComponent[] components = type.getRecordComponents();
    if (components == null || components.length != instance.getFieldsCount()) {
      throw new MalformedCallable(
          type.getName() + " is no record of " + instance.getFieldsCount() + " components");
    }
    Class<?>[] types = new Class<?>[components.length];
    @Nullable Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      arguments[i] = values.get(instance.getFields(i).getValue());
    }
    Constructor<?> constructor = type.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new MalformedCallable(
          "The constructor of the record " + type.getName() + " throws " + cause, cause);
    }
  }

  /** No constructor of the class runs, as in Java's own serialization. */
  Object object(CapturedInstance instance) throws MalformedCallable, ReflectiveOperationException {
    Class<?> type = Class.forName(instance.getType(), false, loader);
    if (!Serializable.class.isAssignableFrom(type)
        || Externalizable.class.isAssignableFrom(type)
        || Modifier.isAbstract(type.getModifiers())
        || type.isRecord()
        || type.isEnum()) {
      throw new MalformedCallable(type.getName() + " is no class of plain serializable objects");
    }
    Constructor<?> constructor =
        ReflectionFactory.getReflectionFactory()
            .newConstructorForSerialization(type, Object.class.getDeclaredConstructor());
    Object made = constructor.newInstance();
    for (CapturedField field : instance.getFieldsList()) {
      set(made, field);
    }
    return made;
  }

  private void set(Object made, CapturedField message)
      throws MalformedCallable, ReflectiveOperationException {
    Class<?> owner = Class.forName(message.getOwner(), false, loader);
    Field field = owner.getDeclaredField(message.getName());
    if (!owner.isInstance(made)
        || Modifier.isStatic(field.getModifiers())
        || !field.getType().descriptorString().equals(message.getFieldDescriptor())) {
      throw new MalformedCallable(
          made.getClass().getName() + " has no field " + message.getName() + " as it was sent");
    }
    field.setAccessible(true);
    field.set(made, values.get(message.getValue()));
  }
}
