package io.datafusion.internal;

import com.google.protobuf.ByteString;
import io.datafusion.MalformedPayloadException;
import io.datafusion.internal.message.Callable;
import io.datafusion.internal.message.FunctionKind;
import io.datafusion.internal.message.InlinedFunction;

/** How the code of a function is called: the first byte of its payload. */
enum CallForm {
  /** Once a row; a null argument makes the result null without a call. */
  ROWS,
  /** Once a row, nulls too. */
  ROWS_WITH_NULLS,
  /** Once a batch, over vectors. */
  VECTORS,
  /** An aggregate: once a row that has all its arguments, with the state of its group, a record. */
  STATES,
  /** An aggregate: once a row, nulls too, with the state of its group, a record. */
  STATES_WITH_NULLS,
  /** An aggregate: once a group of a batch, over vectors. */
  ACCUMULATORS,
  /** An aggregate: once a batch, over vectors. */
  GROUPS;

  private static final CallForm[] CODES = values();

  /** {@return the kind of function that is called so} */
  FunctionKind kind() {
    return switch (this) {
      case ROWS, ROWS_WITH_NULLS, VECTORS -> FunctionKind.FUNCTION_KIND_SCALAR;
      case STATES, STATES_WITH_NULLS, ACCUMULATORS, GROUPS -> FunctionKind.FUNCTION_KIND_AGGREGATE;
    };
  }

  /** {@return the callable with this form before its payload} */
  Callable before(Callable callable) {
    ByteString first = ByteString.copyFrom(new byte[] {(byte) ordinal()});
    return callable.toBuilder().setPayload(first.concat(callable.getPayload())).build();
  }

  /**
   * {@return the form of a function that came as bytes}
   *
   * @throws MalformedPayloadException if its payload does not begin with one
   */
  static CallForm of(InlinedFunction definition) {
    ByteString payload = definition.getCallable().getPayload();
    int first = payload.isEmpty() ? -1 : payload.byteAt(0);
    if (first < 0 || first >= CODES.length) {
      throw new MalformedPayloadException(
          "function " + definition.getName() + ": a payload that begins with " + first, null);
    }
    return CODES[first];
  }
}
