package user;

import com.google.protobuf.ByteString;
import datafusion_common.DatafusionCommon.Column;
import datafusion_common.DatafusionCommon.ScalarValue;
import io.datafusion.internal.arrow.IpcSchema;
import io.datafusion.internal.message.AnyArguments;
import io.datafusion.internal.message.ArgumentSignature;
import io.datafusion.internal.message.Callable;
import io.datafusion.internal.message.CodeUnit;
import io.datafusion.internal.message.Frame;
import io.datafusion.internal.message.FunctionKind;
import io.datafusion.internal.message.FunctionVolatility;
import io.datafusion.internal.message.InlinedFunction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.datafusion.protobuf.LogicalExprNode;
import org.apache.datafusion.protobuf.ScalarUDFExprNode;

/** Messages written by hand, for what the product itself does not write, or not yet. */
final class Messages {
  static final byte[] CLASS_FILE = {(byte) 0xca, (byte) 0xfe, (byte) 0xba, (byte) 0xbe, 0, 0};

  private Messages() {}

  static ByteString ascii(String text) {
    return ByteString.copyFrom(text, StandardCharsets.ISO_8859_1);
  }

  static ByteString envelope(String id, ByteString inside) {
    byte[] name = id.getBytes(StandardCharsets.UTF_8);
    ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(name.length);
    return ascii("DFPYCHN\u0001")
        .concat(ByteString.copyFrom(length.array()))
        .concat(ByteString.copyFrom(name))
        .concat(inside);
  }

  static Frame frame(String family, InlinedFunction function) {
    return frame(family, function.toByteString());
  }

  /** A frame whose digest fits, whatever the body is. */
  static Frame frame(String family, ByteString body) {
    ByteString head = ascii(family + "\u0001");
    return Frame.newBuilder()
        .setBody(body)
        .setSha256(ByteString.copyFrom(sha256(head.concat(body).toByteArray())))
        .build();
  }

  static ByteString bytes(String family, Frame frame) {
    return ascii(family + "\u0001").concat(frame.toByteString());
  }

  static ByteString bytes(String family, InlinedFunction function) {
    return bytes(family, frame(family, function));
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  static Field field(String name, ArrowType type) {
    return new Field(name, FieldType.nullable(type), null);
  }

  static ByteString schema(Field... fields) {
    return ByteString.copyFrom(IpcSchema.toBytes(new Schema(List.of(fields))));
  }

  static CodeUnit unit(String name, byte[] code) {
    return CodeUnit.newBuilder()
        .setName(name)
        .setSha256(ByteString.copyFrom(sha256(code)))
        .setCode(ByteString.copyFrom(code))
        .build();
  }

  /** A function of two arguments with everything that a definition may say. */
  static InlinedFunction.Builder function(String name, FunctionKind kind) {
    ArrowType number = new ArrowType.Int(64, true);
    return InlinedFunction.newBuilder()
        .setName(name)
        .addAliases("other_" + name)
        .setKind(kind)
        .setVolatility(FunctionVolatility.FUNCTION_VOLATILITY_STABLE)
        .setSignature(
            ArgumentSignature.newBuilder()
                .setAny(AnyArguments.newBuilder().setCount(2))
                .addParameterNames("left"))
        .setArgumentFields(schema(field("left", number), field("right", ArrowType.Utf8.INSTANCE)))
        .setReturnField(schema(field(name, number)))
        .setCallable(
            Callable.newBuilder()
                .setCodecId("java")
                .setPayload(ascii("payload"))
                .addCarried(unit("a.Carried", CLASS_FILE))
                .addReferenced(CodeUnit.newBuilder().setName("a.Referenced"))
                .setRuntimeRelease(25));
  }

  static LogicalExprNode call(String name, ByteString definition) {
    return LogicalExprNode.newBuilder()
        .setScalarUdfExpr(
            ScalarUDFExprNode.newBuilder()
                .setFunName(name)
                .addArgs(column("a"))
                .setFunDefinition(definition))
        .build();
  }

  static LogicalExprNode column(String name) {
    return LogicalExprNode.newBuilder().setColumn(Column.newBuilder().setName(name)).build();
  }

  static LogicalExprNode literal(long value) {
    return LogicalExprNode.newBuilder()
        .setLiteral(ScalarValue.newBuilder().setInt64Value(value))
        .build();
  }
}
