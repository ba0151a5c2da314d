package io.datafusion.internal.callable;

import io.datafusion.internal.message.CallablePayload;
import io.datafusion.internal.message.CapturedCollection;
import io.datafusion.internal.message.CapturedField;
import io.datafusion.internal.message.CapturedInstance;
import io.datafusion.internal.message.CapturedLambda;
import io.datafusion.internal.message.CapturedValue;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Set;

/** Checks a whole payload before any class is defined and any value is made. */
final class PayloadCheck {
  static final int VALUE_LIMIT = 1 << 20;
  private static final int DEPTH_LIMIT = 80;
  private static final long SIZE_LIMIT = 1 << 24;

  private final CallablePayload payload;
  private final Set<String> carried;
  private final Set<String> referenced;
  private final int[] depths;

  /** Values below each, shared ones counted each time: what hashing a collection may visit. */
  private final long[] sizes;

  private int at;

  /**
   * @param carried the names of the classes that came along
   * @param referenced the names of those that should be here
   */
  PayloadCheck(CallablePayload payload, Set<String> carried, Set<String> referenced) {
    this.payload = payload;
    this.carried = carried;
    this.referenced = referenced;
    this.depths = new int[payload.getValuesCount()];
    this.sizes = new long[payload.getValuesCount()];
  }

  void check() throws MalformedCallable {
    if (depths.length == 0 || depths.length > VALUE_LIMIT) {
      throw new MalformedCallable(
          "The payload holds " + depths.length + " values; 1 to " + VALUE_LIMIT + " are read");
    }
    for (at = 0; at < depths.length; at++) {
      sizes[at] = 1;
      value(payload.getValues(at));
    }
    CapturedValue.KindCase kind = payload.getValues(depths.length - 1).getKindCase();
    switch (kind) {
      case LAMBDA, OBJECT, RECORD, CONSTANT, COLLECTION -> {
        // what a function, or a list of its parts, can be
      }
      default ->
          throw new MalformedCallable("The payload's last value is a " + kind + ", no function");
    }
  }

  private void value(CapturedValue value) throws MalformedCallable {
    switch (value.getKindCase()) {
      case TEXT -> {
        TextForm.parse(value.getText().getType(), value.getText().getText());
      }
      case ARRAY -> {
        type(value.getArray().getComponent());
        deep(value.getArray().getElementsList());
      }
      case COLLECTION -> collection(value.getCollection());
      case OPTIONAL -> {
        if (value.getOptional().hasValue()) {
          deep(List.of(value.getOptional().getValue()));
        }
      }
      case CONSTANT -> name(value.getConstant().getType());
      case RECORD -> instance(value.getRecord());
      case OBJECT -> instance(value.getObject());
      case LAMBDA -> lambda(value.getLambda());
      case TYPE -> type(value.getType());
      case PRIMITIVES -> PrimitiveArrays.check(value.getPrimitives());
      case KIND_NOT_SET -> throw new MalformedCallable("Value " + at + " has no kind");
      default -> {
        // a value of its own
      }
    }
  }

  private void deep(List<Integer> indices) throws MalformedCallable {
    for (int index : indices) {
      if (index < 0 || index >= at) {
        throw new MalformedCallable(
            "Value " + at + " refers to value " + index + ", which is no earlier one");
      }
      depths[at] = Math.max(depths[at], depths[index] + 1);
      sizes[at] += sizes[index];
    }
    if (sizes[at] > SIZE_LIMIT) {
      throw new MalformedCallable(
          "Values that share others come to more than " + SIZE_LIMIT + " when they are unfolded");
    }
    if (depths[at] > DEPTH_LIMIT) {
      throw new MalformedCallable("Values are nested more than " + DEPTH_LIMIT + " deep");
    }
  }

  private void collection(CapturedCollection collection) throws MalformedCallable {
    deep(collection.getElementsList());
    deep(List.of(collection.getOrder()));
    if (UnmodifiableView.of(collection.getKind()) != null && collection.getElementsCount() != 1) {
      throw new MalformedCallable("A view of " + collection.getElementsCount() + " collections");
    }
    if (CollectionForm.isMap(collection.getKind()) && collection.getElementsCount() % 2 != 0) {
      throw new MalformedCallable("A map with a key that has no value");
    }
  }

  private void instance(CapturedInstance instance) throws MalformedCallable {
    userCode(instance.getType());
    for (CapturedField field : instance.getFieldsList()) {
      userCode(field.getOwner());
      descriptor(field.getFieldDescriptor());
      deep(List.of(field.getValue()));
    }
  }

  private void lambda(CapturedLambda lambda) throws MalformedCallable {
    name(lambda.getInterface());
    name(lambda.getImplementationType());
    method(lambda.getMethodDescriptor());
    method(lambda.getInstantiatedDescriptor());
    method(lambda.getImplementationDescriptor());
    for (String marker : lambda.getMarkersList()) {
      name(marker);
    }
    deep(lambda.getCapturedList());
  }

  /** Objects are made field by field only of classes that are nobody's but the user's. */
  private void userCode(String type) throws MalformedCallable {
    name(type);
    String internalName = InternalName.ofBinary(type);
    if (!carried.contains(type) && !new SharedCode(Set.of()).isUserCode(internalName)) {
      throw new MalformedCallable("Objects of " + type + " do not travel");
    }
  }

  /**
   * What a policy has admitted are the classes that the callable lists: a value names no other one.
   */
  private void name(String type) throws MalformedCallable {
    if (type.isEmpty()
        || type.indexOf('/') >= 0
        || type.indexOf('[') >= 0
        || type.indexOf(';') >= 0) {
      throw new MalformedCallable("'" + type + "' is no name of a class");
    }
    if (!carried.contains(type)
        && !referenced.contains(type)
        && SharedCode.isRecorded(InternalName.ofBinary(type))) {
      throw new MalformedCallable(
          "The class " + type + " is used, but not among those that came or should be here");
    }
  }

  private void type(String descriptor) throws MalformedCallable {
    descriptor(descriptor);
    String type = InternalName.ofDescriptor(descriptor);
    if (!type.isEmpty()) {
      name(InternalName.toBinary(type));
    }
  }

  private static void descriptor(String descriptor) throws MalformedCallable {
    try {
      ClassDesc.ofDescriptor(descriptor);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new MalformedCallable("'" + descriptor + "' is no descriptor of a type", e);
    }
  }

  private static void method(String descriptor) throws MalformedCallable {
    try {
      MethodTypeDesc.ofDescriptor(descriptor);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new MalformedCallable("'" + descriptor + "' is no descriptor of a method", e);
    }
  }
}
