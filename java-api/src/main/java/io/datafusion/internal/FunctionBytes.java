package io.datafusion.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.codec.PlanReport;
import io.datafusion.internal.message.Callable;
import io.datafusion.internal.message.CodeUnit;
import io.datafusion.internal.message.Frame;
import io.datafusion.internal.message.InlinedFunction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;

/** The bytes that define a function inside a plan: envelopes around the bytes of some codec. */
public final class FunctionBytes {
  private static final ByteString ENVELOPE = ByteString.copyFromUtf8("DFPYCHN");
  private static final ByteString FAMILY = ByteString.copyFromUtf8("DFJVUD");
  private static final int FRAME_HEADER = 8;

  private FunctionBytes() {}

  /** {@return what a definition says of its function; what cannot be read is left out} */
  public static PlanReport.Function report(
      String name, PlanReport.Kind kind, ByteString definition) {
    ByteString bytes = definition;
    Optional<String> codec = Optional.empty();
    while (bytes.startsWith(ENVELOPE) && bytes.size() >= 12) {
      int length =
          ByteBuffer.wrap(bytes.substring(8, 12).toByteArray())
              .order(ByteOrder.LITTLE_ENDIAN)
              .getInt();
      if (length < 0 || length > bytes.size() - 12) {
        break;
      }
      codec = Optional.of(bytes.substring(12, 12 + length).toStringUtf8());
      bytes = bytes.substring(12 + length);
    }
    return new PlanReport.Function(name, kind, codec, definition.size(), inlined(bytes));
  }

  private static Optional<PlanReport.Inlined> inlined(ByteString bytes) {
    if (!bytes.startsWith(FAMILY) || bytes.size() < FRAME_HEADER) {
      return Optional.empty();
    }
    try {
      Frame frame = Frame.parseFrom(bytes.substring(FRAME_HEADER));
      Callable callable = InlinedFunction.parseFrom(frame.getBody()).getCallable();
      return Optional.of(
          new PlanReport.Inlined(
              HexFormat.of().formatHex(frame.getSha256().toByteArray()),
              callable.getCarriedList().stream().map(CodeUnit::getName).toList(),
              callable.getReferencedList().stream().map(CodeUnit::getName).toList(),
              callable.getRuntimeRelease()));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }
}
