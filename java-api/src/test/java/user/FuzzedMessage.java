package user;

import static user.Messages.ascii;
import static user.Messages.envelope;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import datafusion_common.DatafusionCommon.ArrowType;
import datafusion_common.DatafusionCommon.EmptyMessage;
import datafusion_common.DatafusionCommon.Field;
import datafusion_common.DatafusionCommon.Schema;
import io.datafusion.codec.PlanInspector;
import io.datafusion.internal.message.InlinedFunction;
import java.util.Arrays;
import org.apache.datafusion.protobuf.EmptyRelationNode;
import org.apache.datafusion.protobuf.LogicalPlanNode;
import org.apache.datafusion.protobuf.PhysicalColumn;
import org.apache.datafusion.protobuf.PhysicalExprNode;
import org.apache.datafusion.protobuf.PhysicalPlanNode;
import org.apache.datafusion.protobuf.PhysicalScalarUdfNode;
import org.apache.datafusion.protobuf.PlaceholderRowExecNode;
import org.apache.datafusion.protobuf.ProjectionExecNode;
import org.apache.datafusion.protobuf.ProjectionNode;

/**
 * The bytes of a fuzzer put where they reach something: one of its bytes chooses the kind of
 * message, one how much of the message the rest are, from all of it down to the body of a function
 * under a digest that fits.
 *
 * @param bytes the whole message
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record FuzzedMessage(PlanInspector.Message kind, byte[] bytes) {
  static final int HEAD = 2;
  static final String NAME = "f";

  /** What the bytes of the fuzzer are. */
  enum Layer {
    MESSAGE,
    DEFINITION,
    FRAME,
    BODY
  }

  /** {@return the message that the bytes of a fuzzer ask for, of at least {@link #HEAD}} */
  static FuzzedMessage of(byte[] input) {
    var kind = choice(PlanInspector.Message.values(), input[0]);
    var layer = choice(Layer.values(), input[1]);
    ByteString rest = ByteString.copyFrom(input, HEAD, input.length - HEAD);
    byte[] bytes =
        switch (layer) {
          case MESSAGE -> rest.toByteArray();
          case DEFINITION -> around(kind, NAME, rest);
          case FRAME -> around(kind, NAME, enveloped(rest));
          case BODY ->
              around(kind, name(rest), enveloped(Messages.frame("DFJVUDF", rest).toByteString()));
        };
    return new FuzzedMessage(kind, bytes);
  }

  /** {@return what a fuzzer gives for some bytes of a layer} */
  static byte[] input(PlanInspector.Message kind, Layer layer, byte[] rest) {
    byte[] input = new byte[HEAD + rest.length];
    input[0] = (byte) kind.ordinal();
    input[1] = (byte) layer.ordinal();
    System.arraycopy(rest, 0, input, HEAD, rest.length);
    return input;
  }

  static <T> T choice(T[] values, byte choice) {
    return values[Byte.toUnsignedInt(choice) % values.length];
  }

  private static ByteString enveloped(ByteString frame) {
    return envelope("io.datafusion.inline", ascii("DFJVUDF\u0001").concat(frame));
  }

  /** A call has the name of its function, or is refused for that. */
  private static String name(ByteString body) {
    try {
      return InlinedFunction.parseFrom(body).getName();
    } catch (InvalidProtocolBufferException e) {
      return NAME;
    }
  }

  private static byte[] around(PlanInspector.Message kind, String name, ByteString definition) {
    return switch (kind) {
      case EXPRESSION -> Messages.call(name, definition).toByteArray();
      case LOGICAL_PLAN ->
          LogicalPlanNode.newBuilder()
              .setProjection(
                  ProjectionNode.newBuilder()
                      .setInput(
                          LogicalPlanNode.newBuilder()
                              .setEmptyRelation(
                                  EmptyRelationNode.newBuilder().setProduceOneRow(true)))
                      .addExpr(
                          Messages.call(name, definition).toBuilder()
                              .setScalarUdfExpr(
                                  Messages.call(name, definition).getScalarUdfExpr().toBuilder()
                                      .setArgs(0, Messages.literal(1)))))
              .build()
              .toByteArray();
      case EXECUTION_PLAN -> physical(name, definition).toByteArray();
    };
  }

  private static PhysicalPlanNode physical(String name, ByteString definition) {
    var number = ArrowType.newBuilder().setFLOAT64(EmptyMessage.getDefaultInstance()).build();
    var column = Field.newBuilder().setName("a").setArrowType(number).setNullable(true);
    var row = PlaceholderRowExecNode.newBuilder().setSchema(Schema.newBuilder().addColumns(column));
    var call =
        PhysicalScalarUdfNode.newBuilder()
            .setName(name)
            .addArgs(
                PhysicalExprNode.newBuilder().setColumn(PhysicalColumn.newBuilder().setName("a")))
            .setFunDefinition(definition)
            .setReturnType(number)
            .setNullable(true)
            .setReturnFieldName(name);
    return PhysicalPlanNode.newBuilder()
        .setProjection(
            ProjectionExecNode.newBuilder()
                .setInput(PhysicalPlanNode.newBuilder().setPlaceholderRow(row))
                .addExpr(PhysicalExprNode.newBuilder().setScalarUdf(call))
                .addExprName("r"))
        .build();
  }

  @Override
  public String toString() {
    return kind + " " + Arrays.toString(bytes);
  }
}
