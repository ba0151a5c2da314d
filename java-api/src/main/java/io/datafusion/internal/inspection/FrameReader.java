package io.datafusion.internal.inspection;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.MalformedPayloadException;
import io.datafusion.codec.FunctionForm;
import io.datafusion.codec.FunctionFrame;
import io.datafusion.internal.arrow.IpcSchema;
import io.datafusion.internal.message.Callable;
import io.datafusion.internal.message.CodeUnit;
import io.datafusion.internal.message.Frame;
import io.datafusion.internal.message.FrameSignature;
import io.datafusion.internal.message.FunctionVolatility;
import io.datafusion.internal.message.InlinedFunction;
import io.datafusion.udf.Volatility;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of functions, and defines nothing of what they carry.
 *
 * @param what the function is called, for what is thrown
 * @param budget of the message that it is in
 */
record FrameReader(String what, FieldBudget budget) {
  private static final ByteString TABLE = ByteString.copyFromUtf8("DFJVUDT");
  private static final Set<ByteString> FAMILIES =
      Set.of(
          ByteString.copyFromUtf8("DFJVUDF"),
          ByteString.copyFromUtf8("DFJVUDA"),
          ByteString.copyFromUtf8("DFJVUDW"),
          TABLE);
  private static final ByteString PYTHON = ByteString.copyFromUtf8("DFPYUD");
  private static final int FAMILY = 7;
  private static final int VERSION = 1;

  /** More than a thousand fields take; what Arrow Java makes of a schema is much larger than it. */
  private static final int SCHEMA_BYTES = 256 << 10;

  /** No field of a schema takes less. */
  private static final int SCHEMA_BYTES_A_FIELD = 16;

  static boolean isFrame(ByteString bytes) {
    return bytes.size() >= FAMILY && FAMILIES.contains(bytes.substring(0, FAMILY));
  }

  static boolean isTable(ByteString bytes) {
    return bytes.startsWith(TABLE);
  }

  static boolean isPython(ByteString bytes) {
    return bytes.startsWith(PYTHON);
  }

  /** Family, version, release of Python in two bytes, and what only Python reads. */
  FunctionForm.Python python(ByteString bytes) {
    if (bytes.size() < FAMILY + 3) {
      throw malformed("a frame of Python that is cut off after " + bytes.size() + " bytes", null);
    }
    checkVersion(bytes);
    String release = (bytes.byteAt(FAMILY + 1) & 0xff) + "." + (bytes.byteAt(FAMILY + 2) & 0xff);
    return new FunctionForm.Python(family(bytes), release, bytes.size());
  }

  FunctionFrame read(ByteString bytes) {
    if (bytes.size() == FAMILY) {
      throw malformed("a frame that is cut off after its family", null);
    }
    checkVersion(bytes);
    try {
      byte[] message = bytes.substring(FAMILY + 1).toByteArray();
      WireCheck.check(what + ": frame", Frame.getDescriptor(), message, budget);
      Frame frame = Frame.parseFrom(message);
      byte[] body = frame.getBody().toByteArray();
      WireCheck.check(what + ": body of the frame", InlinedFunction.getDescriptor(), body, budget);
      InlinedFunction function = InlinedFunction.parseFrom(body);
      byte[] digest = sha256(bytes.substring(0, FAMILY + 1).toByteArray(), body);
      return new FunctionFrame(
          family(bytes),
          bytes.size(),
          HexFormat.of().formatHex(digest),
          frame.getSha256().equals(ByteString.copyFrom(digest)),
          frame.hasSignature() ? Optional.of(signature(frame.getSignature())) : Optional.empty(),
          definition(function),
          code(function.getCallable()));
    } catch (InvalidProtocolBufferException e) {
      throw malformed(String.valueOf(e.getMessage()), e);
    }
  }

  private static String family(ByteString bytes) {
    byte letter = bytes.byteAt(FAMILY - 1);
    String prefix = bytes.substring(0, FAMILY - 1).toStringUtf8();
    return letter > ' ' && letter < 0x7f
        ? prefix + (char) letter
        : prefix + String.format("\\x%02x", letter);
  }

  private void checkVersion(ByteString bytes) {
    int version = bytes.byteAt(FAMILY) & 0xff;
    if (version != VERSION) {
      throw malformed(
          family(bytes) + " of version " + version + ", and " + VERSION + " is known", null);
    }
  }

  private static FunctionFrame.Signature signature(FrameSignature signature) {
    return new FunctionFrame.Signature(
        signature.getAlgorithm(), hex(signature.getKeyId()), signature.getValue().size());
  }

  private FunctionFrame.Definition definition(InlinedFunction function) {
    return new FunctionFrame.Definition(
        function.getName(),
        List.copyOf(function.getAliasesList()),
        volatility(function.getVolatility()),
        SignatureText.of(this, function.getSignature()),
        fields("arguments", function.getArgumentFields()),
        function.hasReturnField()
            ? fields("result", function.getReturnField()).stream().findFirst()
            : Optional.empty(),
        fields("state", function.getStateFields()));
  }

  private static Optional<Volatility> volatility(FunctionVolatility volatility) {
    return switch (volatility) {
      case FUNCTION_VOLATILITY_IMMUTABLE -> Optional.of(Volatility.IMMUTABLE);
      case FUNCTION_VOLATILITY_STABLE -> Optional.of(Volatility.STABLE);
      case FUNCTION_VOLATILITY_VOLATILE -> Optional.of(Volatility.VOLATILE);
      case FUNCTION_VOLATILITY_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  /** {@return the fields of an Arrow schema; none of no bytes} */
  List<Field> fields(String part, ByteString schema) {
    if (schema.isEmpty()) {
      return List.of();
    }
    if (schema.size() > SCHEMA_BYTES) {
      throw malformed(
          part + ": a schema of " + schema.size() + " bytes, and the limit is " + SCHEMA_BYTES,
          null);
    }
    if (!budget.pays(schema.size() / SCHEMA_BYTES_A_FIELD)) {
      throw malformed(part + ": " + FieldBudget.EXCEEDED, null);
    }
    try {
      return IpcSchema.fromBytes(schema.toByteArray()).getFields();
    } catch (IllegalArgumentException e) {
      throw malformed(part + ": " + e.getMessage(), e);
    }
  }

  private static FunctionFrame.Code code(Callable callable) {
    return new FunctionFrame.Code(
        callable.getCodecId(),
        callable.getPayload().size(),
        callable.getRuntimeRelease(),
        callable.getCarriedList().stream().map(FrameReader::unit).toList(),
        callable.getReferencedList().stream().map(FrameReader::unit).toList());
  }

  private static FunctionFrame.Unit unit(CodeUnit unit) {
    byte[] code = unit.getCode().toByteArray();
    boolean verified =
        code.length > 0 && unit.getSha256().equals(ByteString.copyFrom(sha256(code)));
    return new FunctionFrame.Unit(unit.getName(), code.length, hex(unit.getSha256()), verified);
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        sha256.update(part);
      }
      return sha256.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every Java platform has SHA-256", e);
    }
  }

  MalformedPayloadException malformed(String reason, @Nullable Throwable cause) {
    return new MalformedPayloadException(what + ": " + reason, cause);
  }
}
