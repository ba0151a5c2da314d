package io.datafusion.internal;

import com.google.protobuf.ByteString;
import io.datafusion.MalformedPayloadException;
import io.datafusion.internal.message.Callable;
import io.datafusion.internal.message.FunctionKind;
import io.datafusion.internal.message.InlinedFunction;

/** How the code of a function is called: the first byte of its payload. */
enum CallForm {
  /** Once a row; a null argument makes the result null without a call. */
  ROWS(FunctionKind.FUNCTION_KIND_SCALAR),
  /** Once a row, nulls too. */
  ROWS_WITH_NULLS(FunctionKind.FUNCTION_KIND_SCALAR),
  /** Once a batch, over vectors. */
  VECTORS(FunctionKind.FUNCTION_KIND_SCALAR),
  /** Once a call in a query, for a table. */
  TABLE(FunctionKind.FUNCTION_KIND_TABLE),
  /** Once a batch, over vectors, for an answer that comes later. */
  ASYNC(FunctionKind.FUNCTION_KIND_SCALAR),
  /** Over the partitions of a query. */
  WINDOW(FunctionKind.FUNCTION_KIND_WINDOW),
  /** Once a row that has all its arguments, with the state of its group, a record. */
  STATES(FunctionKind.FUNCTION_KIND_AGGREGATE),
  /** Once a row, nulls too, with the state of its group, a record. */
  STATES_WITH_NULLS(FunctionKind.FUNCTION_KIND_AGGREGATE),
  /** Once a group of a batch, over vectors. */
  ACCUMULATORS(FunctionKind.FUNCTION_KIND_AGGREGATE),
  /** Once a batch, over vectors, for all groups. */
  GROUPS(FunctionKind.FUNCTION_KIND_AGGREGATE),
  /** Not at all: it is a table. */
  PROVIDER(FunctionKind.FUNCTION_KIND_TABLE);

  private static final CallForm[] CODES = values();

  private final FunctionKind kind;

  CallForm(FunctionKind kind) {
    this.kind = kind;
  }

  /** {@return the kind of function that is called so} */
  FunctionKind kind() {
    return kind;
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
