package io.datafusion.internal.callable;

import io.datafusion.internal.message.CallablePayload;
import io.datafusion.internal.message.CapturedArray;
import io.datafusion.internal.message.CapturedCollection;
import io.datafusion.internal.message.CapturedConstant;
import io.datafusion.internal.message.CapturedInstance;
import io.datafusion.internal.message.CapturedOptional;
import io.datafusion.internal.message.CapturedValue;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Makes the values of a checked payload, in order; the last is the function. */
final class ValueReader {
  private final CallablePayload payload;
  private final ShippedCode loader;
  private final List<@Nullable Object> values = new ArrayList<>();

  ValueReader(CallablePayload payload, ShippedCode loader) {
    this.payload = payload;
    this.loader = loader;
  }

  Object read() throws MalformedCallable, MissingCode {
    try {
      for (CapturedValue value : payload.getValuesList()) {
        values.add(value(value));
      }
      Object function = values.getLast();
      if (function == null) {
        throw new MalformedCallable("The payload's last value is null");
      }
      return function;
    } catch (ClassNotFoundException e) {
      throw new MissingCode(
          "The function needs the class " + e.getMessage() + ", which is not there", e);
    } catch (TypeNotPresentException | NoClassDefFoundError | ExceptionInInitializerError e) {
      throw new MissingCode("The function's code does not link here: " + e, e);
    } catch (ReflectiveOperationException
        | RuntimeException
        | LinkageError
        | StackOverflowError e) {
      throw new MalformedCallable("The function's values do not fit its classes: " + e, e);
    }
  }

  private @Nullable Object value(CapturedValue value)
      throws MalformedCallable, MissingCode, ReflectiveOperationException {
    return switch (value.getKindCase()) {
      case ABSENT -> null;
      case BOOLEAN -> value.getBoolean();
      case INT8 -> (byte) value.getInt8();
      case INT16 -> (short) value.getInt16();
      case INT32 -> value.getInt32();
      case INT64 -> value.getInt64();
      case FLOAT32 -> value.getFloat32();
      case FLOAT64 -> value.getFloat64();
      case CHARACTER -> (char) value.getCharacter();
      case STRING -> value.getString();
      case UTF16 -> ByteBuffer.wrap(value.getUtf16().toByteArray()).asCharBuffer().toString();
      case TEXT -> TextForm.parse(value.getText().getType(), value.getText().getText());
      case PRIMITIVES -> PrimitiveArrays.fromBytes(value.getPrimitives());
      case ARRAY -> array(value.getArray());
      case COLLECTION -> collection(value.getCollection());
      case OPTIONAL -> optional(value.getOptional());
      case CONSTANT -> constant(value.getConstant());
      case RECORD -> new InstanceReader(loader, values).record(value.getRecord());
      case OBJECT -> object(value.getObject());
      case LAMBDA ->
          new LambdaMaker(loader, value.getLambda()).make(all(value.getLambda().getCapturedList()));
      case TYPE -> type(value.getType());
      case KIND_NOT_SET -> throw new MalformedCallable("A value without a kind");
    };
  }

  private Object object(CapturedInstance instance)
      throws MalformedCallable, ReflectiveOperationException {
    return new InstanceReader(loader, values).object(instance);
  }

  private List<@Nullable Object> all(List<Integer> indices) {
    List<@Nullable Object> chosen = new ArrayList<>(indices.size());
    for (int index : indices) {
      chosen.add(values.get(index));
    }
    return chosen;
  }

  private Class<?> type(String descriptor) {
    return MethodType.fromMethodDescriptorString("()" + descriptor, loader).returnType();
  }

  private Object array(CapturedArray array) {
    Object made = Array.newInstance(type(array.getComponent()), array.getElementsCount());
    for (int i = 0; i < array.getElementsCount(); i++) {
      Array.set(made, i, values.get(array.getElements(i)));
    }
    return made;
  }

  private Object collection(CapturedCollection collection) throws MalformedCallable {
    return CollectionForm.make(
        collection.getKind(), values.get(collection.getOrder()), all(collection.getElementsList()));
  }

  private Object optional(CapturedOptional optional) throws MalformedCallable {
    Object value = optional.hasValue() ? values.get(optional.getValue()) : null;
    return switch (optional.getType()) {
      case "java.util.Optional" -> Optional.ofNullable(value);
      case "java.util.OptionalInt" ->
          value == null ? OptionalInt.empty() : OptionalInt.of((Integer) value);
      case "java.util.OptionalLong" ->
          value == null ? OptionalLong.empty() : OptionalLong.of((Long) value);
      case "java.util.OptionalDouble" ->
          value == null ? OptionalDouble.empty() : OptionalDouble.of((Double) value);
      default -> throw new MalformedCallable("'" + optional.getType() + "' is no Optional");
    };
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private Object constant(CapturedConstant constant) throws ClassNotFoundException {
    Class<?> type = Class.forName(constant.getType(), false, loader);
    return Enum.valueOf((Class) type.asSubclass(Enum.class), constant.getName());
  }
}
