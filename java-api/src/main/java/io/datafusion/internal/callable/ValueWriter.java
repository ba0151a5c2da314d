package io.datafusion.internal.callable;

import com.google.protobuf.ByteString;
import io.datafusion.internal.message.CapturedArray;
import io.datafusion.internal.message.CapturedCollection;
import io.datafusion.internal.message.CapturedConstant;
import io.datafusion.internal.message.CapturedLambda;
import io.datafusion.internal.message.CapturedOptional;
import io.datafusion.internal.message.CapturedPrimitives;
import io.datafusion.internal.message.CapturedText;
import io.datafusion.internal.message.CapturedValue;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Turns captured values into the flat table of a payload, and tells the closure what code they
 * need.
 */
final class ValueWriter {
  /** A value that is being written: meeting it again is a cycle. */
  private static final Integer OPEN = -1;

  private static final int ELEMENT_LIMIT = 1 << 16;
  private static final int DEPTH_LIMIT = 64;

  private final SharedCode shared;
  private final CodeClosure closure;
  private final List<CapturedValue> table = new ArrayList<>();
  private final IdentityHashMap<Object, Integer> written = new IdentityHashMap<>();
  private int depth;
  private long bytes;
  private boolean stateful;

  ValueWriter(SharedCode shared, CodeClosure closure) {
    this.shared = shared;
    this.closure = closure;
  }

  List<CapturedValue> table() {
    return table;
  }

  /** {@return whether a value can change, or has fields that do not travel} */
  boolean stateful() {
    return stateful;
  }

  /** A value with state was written. */
  void foundState() {
    stateful = true;
  }

  CodeClosure closure() {
    return closure;
  }

  SharedCode shared() {
    return shared;
  }

  /** {@return the index of the value in the table} */
  int write(@Nullable Object value, Part part) throws NotShippable {
    if (value == null) {
      return add(CapturedValue.newBuilder().setAbsent(true));
    }
    if (table.size() >= PayloadCheck.VALUE_LIMIT) {
      throw refused(part, value, "comes after " + PayloadCheck.VALUE_LIMIT + " other values");
    }
    Integer index = written.get(value);
    if (index == null) {
      written.put(value, OPEN);
      if (++depth > DEPTH_LIMIT) {
        throw refused(part, value, "is nested more than " + DEPTH_LIMIT + " deep");
      }
      index = add(of(value, part));
      depth--;
      written.put(value, index);
    } else if (index.equals(OPEN)) {
      throw refused(part, value, "refers back to itself; a cycle does not travel");
    }
    return index;
  }

  private int add(CapturedValue.Builder value) {
    table.add(value.build());
    return table.size() - 1;
  }

  private CapturedValue.Builder of(Object value, Part part) throws NotShippable {
    CapturedValue.Builder out = CapturedValue.newBuilder();
    switch (value) {
      case Boolean v -> out.setBoolean(v);
      case Byte v -> out.setInt8(v);
      case Short v -> out.setInt16(v);
      case Integer v -> out.setInt32(v);
      case Long v -> out.setInt64(v);
      case Float v -> out.setFloat32(v);
      case Double v -> out.setFloat64(v);
      case Character v -> out.setCharacter(v);
      case String v -> {
        take(v.length(), part, v);
        text(v, out);
      }
      case Enum<?> v -> out.setConstant(constant(v, part));
      case Class<?> v -> {
        closure.literal(part, v);
        out.setType(v.descriptorString());
      }
      case Optional<?> v -> out.setOptional(optional("java.util.Optional", v.orElse(null), part));
      case OptionalInt v ->
          out.setOptional(
              optional("java.util.OptionalInt", v.isPresent() ? v.getAsInt() : null, part));
      case OptionalLong v ->
          out.setOptional(
              optional("java.util.OptionalLong", v.isPresent() ? v.getAsLong() : null, part));
      case OptionalDouble v ->
          out.setOptional(
              optional("java.util.OptionalDouble", v.isPresent() ? v.getAsDouble() : null, part));
      default -> other(value, part, out);
    }
    return out;
  }

  private void other(Object value, Part part, CapturedValue.Builder out) throws NotShippable {
    Class<?> type = value.getClass();
    String text = TextForm.typeOf(value);
    CollectionForm form = CollectionForm.of(value);
    if (text != null) {
      out.setText(text(value, text, part));
    } else if (type.isArray()) {
      array(value, part, out);
    } else if (form != null) {
      out.setCollection(collection(value, form, part));
    } else if (LambdaForm.isLambda(value)) {
      out.setLambda(lambda(value, part));
    } else if (type.isRecord()) {
      out.setRecord(new InstanceWriter(this, part).record((Record) value));
    } else {
      out.setObject(new InstanceWriter(this, part).object(value));
    }
  }

  private static CapturedText text(Object value, String type, Part part) throws NotShippable {
    String text = value.toString();
    if (text.length() > TextForm.LENGTH_LIMIT) {
      throw refused(part, value, "is more than " + TextForm.LENGTH_LIMIT + " characters as text");
    }
    return CapturedText.newBuilder().setType(type).setText(text).build();
  }

  private static void text(String value, CapturedValue.Builder out) {
    boolean paired = java.nio.charset.StandardCharsets.UTF_8.newEncoder().canEncode(value);
    if (paired) {
      out.setString(value);
    } else {
      byte[] bytes = new byte[value.length() * 2];
      java.nio.ByteBuffer.wrap(bytes).asCharBuffer().put(value);
      out.setUtf16(ByteString.copyFrom(bytes));
    }
  }

  private CapturedConstant constant(Enum<?> value, Part part) throws NotShippable {
    Class<?> type = value.getDeclaringClass();
    stateful |= !new Changeability(closure.filesOf(type)).isConstant(InternalName.of(type));
    closure.constants(part, type);
    return CapturedConstant.newBuilder().setType(type.getName()).setName(value.name()).build();
  }

  private CapturedOptional optional(String type, @Nullable Object value, Part part)
      throws NotShippable {
    CapturedOptional.Builder out = CapturedOptional.newBuilder().setType(type);
    return value == null ? out.build() : out.setValue(write(value, part)).build();
  }

  private void array(Object value, Part part, CapturedValue.Builder out) throws NotShippable {
    Class<?> component = value.getClass().componentType();
    stateful = true;
    if (component.isPrimitive()) {
      take(PrimitiveArrays.size(value), part, value);
      out.setPrimitives(
          CapturedPrimitives.newBuilder()
              .setComponent(component.descriptorString())
              .setElements(PrimitiveArrays.toBytes(value)));
      return;
    }
    limit(Array.getLength(value), part, value);
    closure.name(part, component);
    CapturedArray.Builder array =
        CapturedArray.newBuilder().setComponent(component.descriptorString());
    for (int i = 0; i < Array.getLength(value); i++) {
      array.addElements(write(Array.get(value, i), part.then("element", i)));
    }
    out.setArray(array);
  }

  private CapturedCollection collection(Object value, CollectionForm form, Part part)
      throws NotShippable {
    stateful |= form.changes();
    CapturedCollection.Builder out =
        CapturedCollection.newBuilder()
            .setKind(form.kind())
            .setOrder(write(form.order(), part.then("its order")));
    if (form.inside() != null) {
      out.addElements(write(form.inside(), part.then("what it wraps")));
    } else if (value instanceof Map<?, ?> map) {
      limit(map.size(), part, value);
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.addElements(write(entry.getKey(), part.then("a key")));
        out.addElements(write(entry.getValue(), part.then("the value of", entry.getKey())));
      }
    } else {
      Collection<?> elements = (Collection<?>) value;
      limit(elements.size(), part, value);
      for (Object element : elements) {
        out.addElements(write(element, part.then("an element")));
      }
    }
    return out.build();
  }

  /** Counts bytes before they are written. */
  private void take(long size, Part part, Object value) throws NotShippable {
    bytes += size;
    if (bytes > CallableEncoder.BYTE_LIMIT) {
      throw refused(
          part,
          value,
          "brings the function to "
              + bytes
              + " bytes, more than "
              + CallableEncoder.BYTE_LIMIT
              + "; read a file or a table on the receiver instead");
    }
  }

  private void limit(int size, Part part, Object value) throws NotShippable {
    if (size > ELEMENT_LIMIT) {
      throw refused(part, value, "has " + size + " elements, more than " + ELEMENT_LIMIT);
    }
  }

  private CapturedLambda lambda(Object value, Part part) throws NotShippable {
    SerializedLambda form =
        LambdaForm.of(value)
            .orElseThrow(
                () ->
                    refused(
                        part,
                        value,
                        "is a lambda of an interface that is not Serializable; give it one that"
                            + " is"));
    LambdaCaptures captures = new LambdaCaptures(form, closure.filesOf(LambdaForm.home(value)));
    if (SharedCode.isJdk(form.getCapturingClass())) {
      throw refused(
          part, value, "is a lambda made inside the JDK; write it out as one of your own");
    }
    captures.refuseThis(part);
    closure.lambda(part, form, value);
    CapturedLambda.Builder out =
        CapturedLambda.newBuilder()
            .setInterface(InternalName.toBinary(form.getFunctionalInterfaceClass()))
            .setMethod(form.getFunctionalInterfaceMethodName())
            .setMethodDescriptor(form.getFunctionalInterfaceMethodSignature())
            .setInstantiatedDescriptor(form.getInstantiatedMethodType())
            .setImplementationKind(form.getImplMethodKind())
            .setImplementationType(InternalName.toBinary(form.getImplClass()))
            .setImplementationName(form.getImplMethodName())
            .setImplementationDescriptor(form.getImplMethodSignature());
    for (Class<?> type : LambdaForm.interfaces(value)) {
      if (type != Serializable.class && !type.getName().equals(out.getInterface())) {
        out.addMarkers(type.getName());
      }
    }
    for (int i = 0; i < form.getCapturedArgCount(); i++) {
      out.addCaptured(write(form.getCapturedArg(i), captures.part(part, i)));
    }
    return out.build();
  }

  static NotShippable refused(Part part, Object value, String reason) {
    return new NotShippable(part, value.getClass().getName(), reason);
  }
}
