package io.datafusion.internal;

import com.google.protobuf.ByteString;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.internal.callable.CallableEncoder;
import io.datafusion.internal.callable.Encoded;
import io.datafusion.internal.callable.NotShippable;
import io.datafusion.internal.callable.RowSignature;
import io.datafusion.internal.callable.RowType;
import io.datafusion.internal.message.Callable;
import io.datafusion.udf.NullHandling;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The code of a function that was defined in this process: as it runs here, and as it travels.
 *
 * @param message how it travels; without a payload where it cannot
 * @param refusal why it cannot travel, or nothing
 */
record LocalCallable(
    Object function,
    String name,
    List<RowType> arguments,
    RowType result,
    Callable message,
    String refusal) {

  /** Writes the code down, which happens once, so that later changes do not travel. */
  static LocalCallable of(Object function, String name, List<Field> arguments, Field result) {
    List<RowType> types = arguments.stream().map(RowType::of).toList();
    return of(function, name, types, RowType.of(result), Set.of());
  }

  private static LocalCallable of(
      Object function, String name, List<RowType> types, RowType result, Set<String> shared) {
    try {
      Callable message = CallableEncoder.encode(function, shared).toMessage();
      return new LocalCallable(function, name, types, result, message, "");
    } catch (NotShippable e) {
      Callable nothing = Callable.newBuilder().setCodecId(Encoded.CODEC_ID).build();
      String refusal = String.valueOf(e.getMessage());
      return new LocalCallable(function, name, types, result, nothing, refusal);
    }
  }

  /** Writes the code down anew, that of shared packages by reference. */
  LocalCallable withShared(Set<String> packages) {
    return of(function, name, arguments, result, packages);
  }

  /** {@return the message with what becomes of nulls as the first byte of its payload} */
  Callable message(NullHandling nulls) {
    ByteString first = ByteString.copyFrom(new byte[] {Callables.nullByte(nulls)});
    return message.toBuilder().setPayload(first.concat(message.getPayload())).build();
  }

  Upcalls.Scalar loop(NullHandling nulls) {
    var signature = new RowSignature(name, arguments, result, nulls == NullHandling.PASS);
    return RowCalls.of(signature, function);
  }
}
