package io.datafusion.internal.callable;

import io.datafusion.internal.message.CapturedField;
import io.datafusion.internal.message.CapturedInstance;
import java.io.Externalizable;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.List;

/** Writes records by their components, objects of user classes field by field. */
final class InstanceWriter {
  private static final List<String> HOOKS =
      List.of("writeObject", "readObject", "readObjectNoData", "writeReplace", "readResolve");

  private final ValueWriter values;
  private final Part part;

  InstanceWriter(ValueWriter values, Part part) {
    this.values = values;
    this.part = part;
  }

  CapturedInstance record(Record value) throws NotShippable {
    Class<?> type = value.getClass();
    refuseUnlessUserCode(value, type);
    refuseHooks(value, type);
    values.closure().data(part, type);
    CapturedInstance.Builder out = CapturedInstance.newBuilder().setType(type.getName());
    for (RecordComponent component : type.getRecordComponents()) {
      try {
        out.addFields(field(value, type.getDeclaredField(component.getName())));
      } catch (NoSuchFieldException e) {
        throw new IllegalStateException("A record has a field for each component", e);
      }
    }
    return out.build();
  }

  CapturedInstance object(Object value) throws NotShippable {
    refuseUnlessUserCode(value, value.getClass());
    if (!(value instanceof Serializable)) {
      throw ValueWriter.refused(
          part, value, "is not Serializable; make it so, or capture what you need of it");
    }
    values.closure().data(part, value.getClass());
    CapturedInstance.Builder out =
        CapturedInstance.newBuilder().setType(value.getClass().getName());
    for (Class<?> type = value.getClass(); type != Object.class; type = type.getSuperclass()) {
      refuseHooks(value, type);
      values.closure().name(part, type);
      for (Field field : type.getDeclaredFields()) {
        int modifiers = field.getModifiers();
        if (Modifier.isStatic(modifiers)) {
          continue;
        }
        if (Modifier.isTransient(modifiers) || !Modifier.isFinal(modifiers)) {
          values.foundState();
        }
        if (!Modifier.isTransient(modifiers) && !isUnusedOuter(value, field)) {
          out.addFields(field(value, field));
        }
      }
    }
    return out.build();
  }

  private void refuseUnlessUserCode(Object value, Class<?> type) throws NotShippable {
    if (Proxy.isProxyClass(type)) {
      throw ValueWriter.refused(
          part, value, "is a proxy, whose class was made at run time; use a class of your own");
    }
    if (!values.shared().isUserCode(InternalName.of(type))) {
      throw ValueWriter.refused(
          part, value, "is of a class whose objects do not travel; capture what you need of it");
    }
    if (type.isHidden()) {
      throw ValueWriter.refused(part, value, "is of a hidden class, which has no class file");
    }
  }

  private void refuseHooks(Object value, Class<?> type) throws NotShippable {
    if (!values.shared().isUserCode(InternalName.of(type))) {
      throw ValueWriter.refused(
          part, value, "extends " + type.getName() + ", whose fields do not travel");
    }
    if (Externalizable.class.isAssignableFrom(type)) {
      throw ValueWriter.refused(part, value, "is Externalizable; only plain fields travel");
    }
    for (Method method : type.getDeclaredMethods()) {
      if (HOOKS.contains(method.getName())) {
        throw ValueWriter.refused(
            part, value, "has a method " + method.getName() + "; only plain fields travel");
      }
    }
  }

  /** The object around an inner class stays behind where nothing asks for it. */
  private boolean isUnusedOuter(Object value, Field field) throws NotShippable {
    if (!field.isSynthetic() || !field.getName().startsWith("this$")) {
      return false;
    }
    if (values.closure().filesOf(value.getClass()).reads(field)) {
      throw ValueWriter.refused(
          part,
          value,
          "is an inner class that uses the object around it ("
              + field.getType().getName()
              + "); make the class static and hand it what it needs");
    }
    return true;
  }

  private CapturedField field(Object value, Field field) throws NotShippable {
    Class<?> owner = field.getDeclaringClass();
    try {
      field.setAccessible(true);
      String name = field.isSynthetic() ? synthetic(field) : "field '" + field.getName() + "'";
      return CapturedField.newBuilder()
          .setOwner(owner.getName())
          .setName(field.getName())
          .setFieldDescriptor(field.getType().descriptorString())
          .setValue(values.write(field.get(value), part.then(name)))
          .build();
    } catch (InaccessibleObjectException e) {
      throw ValueWriter.refused(
          part,
          value,
          "is in a package that is not open: add 'opens "
              + owner.getPackageName()
              + " to io.datafusion;' to the module "
              + owner.getModule().getName());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("The field was made accessible", e);
    }
  }

  private static String synthetic(Field field) {
    return "captured variable '" + field.getName().replaceFirst("^val\\$", "") + "'";
  }
}
