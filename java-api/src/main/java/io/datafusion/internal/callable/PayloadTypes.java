package io.datafusion.internal.callable;

import io.datafusion.internal.message.CallablePayload;
import io.datafusion.internal.message.CapturedArray;
import io.datafusion.internal.message.CapturedCollection;
import io.datafusion.internal.message.CapturedConstant;
import io.datafusion.internal.message.CapturedField;
import io.datafusion.internal.message.CapturedInstance;
import io.datafusion.internal.message.CapturedOptional;
import io.datafusion.internal.message.CapturedValue;
import java.io.Externalizable;
import java.io.Serializable;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks that the values of a payload fit the classes, by class files alone: none is defined. */
final class PayloadTypes {
  private final CallablePayload payload;
  private final TypeCheck check;

  /**
   * Of each value: the internal name of its class, an array's descriptor, the interfaces of a
   * lambda joined by {@link TypeCheck#AND}, null for null.
   */
  private final List<@Nullable String> types = new ArrayList<>();

  PayloadTypes(CallablePayload payload, ClassFiles files) {
    this.payload = payload;
    this.check = new TypeCheck(files);
  }

  void check() throws MalformedCallable, MissingCode {
    for (CapturedValue value : payload.getValuesList()) {
      types.add(typeOf(value));
    }
  }

  private @Nullable String typeOf(CapturedValue value) throws MalformedCallable, MissingCode {
    return switch (value.getKindCase()) {
      case ABSENT -> null;
      case BOOLEAN -> name(Boolean.class);
      case INT8 -> name(Byte.class);
      case INT16 -> name(Short.class);
      case INT32 -> name(Integer.class);
      case INT64 -> name(Long.class);
      case FLOAT32 -> name(Float.class);
      case FLOAT64 -> name(Double.class);
      case CHARACTER -> name(Character.class);
      case STRING, UTF16 -> name(String.class);
      case TEXT -> InternalName.ofBinary(value.getText().getType());
      case PRIMITIVES -> "[" + value.getPrimitives().getComponent();
      case ARRAY -> array(value.getArray());
      case COLLECTION -> collection(value.getCollection());
      case OPTIONAL -> optional(value.getOptional());
      case CONSTANT -> constant(value.getConstant());
      case RECORD -> record(value.getRecord());
      case OBJECT -> object(value.getObject());
      case LAMBDA -> new LambdaCheck(value.getLambda(), check).check(types);
      case TYPE -> {
        check.exists(ClassDesc.ofDescriptor(value.getType()));
        yield name(Class.class);
      }
      case KIND_NOT_SET -> throw new MalformedCallable("A value has no kind");
    };
  }

  private static String name(Class<?> type) {
    return InternalName.of(type);
  }

  private String array(CapturedArray array) throws MalformedCallable, MissingCode {
    String component = array.getComponent();
    require(component.length() > 1, "An array of '" + component + "' among those of objects");
    check.exists(ClassDesc.ofDescriptor(component));
    for (int element : array.getElementsList()) {
      String type = types.get(element);
      require(
          check.fits(type, component), "An array of " + component + " with an element of " + type);
    }
    return "[" + component;
  }

  private String collection(CapturedCollection collection) throws MalformedCallable {
    String order = types.get(collection.getOrder());
    boolean fits =
        switch (CollectionForm.orderOf(collection.getKind())) {
          case NONE -> order == null;
          case COMPARATOR -> order == null || check.isA(order, "java/util/Comparator");
          case ENUM -> isEnum(collection);
        };
    require(fits, "A collection in the order of " + order);
    if (!CollectionForm.allowsNull(collection.getKind())) {
      for (int element : collection.getElementsList()) {
        require(types.get(element) != null, "A null in a collection without nulls");
      }
    }
    UnmodifiableView view = UnmodifiableView.of(collection.getKind());
    if (view == null) {
      return InternalName.of(CollectionForm.classOf(collection.getKind()));
    }
    String inside = types.get(collection.getElements(0));
    String type = view.typeOf(inside, check);
    if (type == null) {
      throw new MalformedCallable("A " + collection.getKind() + " of a " + inside);
    }
    return type;
  }

  /**
   * The order of an enum collection is an enum class, its elements or keys are constants of that.
   */
  private boolean isEnum(CapturedCollection collection) {
    CapturedValue order = payload.getValues(collection.getOrder());
    int step = CollectionForm.isMap(collection.getKind()) ? 2 : 1;
    boolean constants = order.getType().startsWith("L");
    for (int i = 0; constants && i < collection.getElementsCount(); i += step) {
      CapturedConstant constant = payload.getValues(collection.getElements(i)).getConstant();
      constants = order.getType().equals("L" + InternalName.ofBinary(constant.getType()) + ";");
    }
    return constants && check.isEnum(InternalName.ofDescriptor(order.getType()));
  }

  private String optional(CapturedOptional optional) throws MalformedCallable {
    String type = InternalName.ofBinary(optional.getType());
    String wanted =
        switch (type) {
          case "java/util/Optional" -> "Ljava/lang/Object;";
          case "java/util/OptionalInt" -> "I";
          case "java/util/OptionalLong" -> "J";
          case "java/util/OptionalDouble" -> "D";
          default -> throw new MalformedCallable("'" + optional.getType() + "' is no Optional");
        };
    require(
        !optional.hasValue() || check.fits(types.get(optional.getValue()), wanted),
        "An " + optional.getType() + " of another type");
    return type;
  }

  private String constant(CapturedConstant constant) throws MalformedCallable, MissingCode {
    require(
        check.hasConstant(check.model(constant.getType()), constant.getName()),
        constant.getType() + " is no enum with a constant '" + constant.getName() + "'");
    return InternalName.ofBinary(constant.getType());
  }

  private String record(CapturedInstance instance) throws MalformedCallable, MissingCode {
    ClassModel model = check.model(instance.getType());
    List<String> sent =
        instance.getFieldsList().stream().map(f -> f.getName() + f.getFieldDescriptor()).toList();
    require(
        check.components(model).filter(sent::equals).isPresent(),
        instance.getType() + " is no record of the components " + sent);
    for (CapturedField field : instance.getFieldsList()) {
      value(field);
    }
    return InternalName.ofBinary(instance.getType());
  }

  private String object(CapturedInstance instance) throws MalformedCallable, MissingCode {
    ClassModel model = check.model(instance.getType());
    String type = InternalName.ofBinary(instance.getType());
    boolean plain =
        !model.flags().has(AccessFlag.ABSTRACT)
            && !model.flags().has(AccessFlag.INTERFACE)
            && !model.flags().has(AccessFlag.ENUM)
            && check.components(model).isEmpty()
            && check.isA(type, name(Serializable.class))
            && !check.isA(type, name(Externalizable.class));
    require(plain, instance.getType() + " is no class of plain serializable objects");
    for (CapturedField field : instance.getFieldsList()) {
      ClassModel owner = check.model(field.getOwner());
      require(
          check.hasField(owner, field.getName(), field.getFieldDescriptor())
              && check.isA(type, InternalName.ofBinary(field.getOwner())),
          instance.getType() + " has no field " + field.getName() + " as it was sent");
      value(field);
    }
    return type;
  }

  private void value(CapturedField field) throws MalformedCallable {
    String type = types.get(field.getValue());
    require(
        check.fits(type, field.getFieldDescriptor()),
        "The field " + field.getName() + " cannot hold a value of " + type);
  }

  private static void require(boolean holds, String otherwise) throws MalformedCallable {
    if (!holds) {
      throw new MalformedCallable(otherwise);
    }
  }
}
