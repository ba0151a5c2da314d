package io.datafusion.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.datafusion.MalformedPayloadException;
import io.datafusion.codec.PlanInspector;
import io.datafusion.codec.PlanInspector.Inspection;
import io.datafusion.codec.PlanInspector.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.datafusion.protobuf.AggregateUDFExprNode;
import org.apache.datafusion.protobuf.HigherOrderUDFExprNode;
import org.apache.datafusion.protobuf.LogicalExprNode;
import org.apache.datafusion.protobuf.LogicalPlanNode;
import org.apache.datafusion.protobuf.PhysicalAggregateExprNode;
import org.apache.datafusion.protobuf.PhysicalExprNode;
import org.apache.datafusion.protobuf.PhysicalHigherOrderUdfNode;
import org.apache.datafusion.protobuf.PhysicalPlanNode;
import org.apache.datafusion.protobuf.PhysicalScalarUdfNode;
import org.apache.datafusion.protobuf.PhysicalWindowExprNode;
import org.apache.datafusion.protobuf.ScalarUDFExprNode;
import org.apache.datafusion.protobuf.WindowExprNode;
import org.jspecify.annotations.Nullable;

/**
 * Walks a message. It recurses, but no deeper than the 100 levels that a protobuf parser lets
 * through; what one level may hold is bounded by a number of nodes.
 */
public final class PlanWalk {
  private static final int NODES = 1_000_000;
  private static final Set<Descriptor> NODE_TYPES =
      Set.of(
          LogicalPlanNode.getDescriptor(),
          LogicalExprNode.getDescriptor(),
          PhysicalPlanNode.getDescriptor(),
          PhysicalExprNode.getDescriptor());
  private static final Map<Descriptor, PlanInspector.Kind> CALL_TYPES =
      Map.of(
          ScalarUDFExprNode.getDescriptor(), PlanInspector.Kind.SCALAR,
          AggregateUDFExprNode.getDescriptor(), PlanInspector.Kind.AGGREGATE,
          WindowExprNode.getDescriptor(), PlanInspector.Kind.WINDOW,
          HigherOrderUDFExprNode.getDescriptor(), PlanInspector.Kind.HIGHER_ORDER,
          PhysicalScalarUdfNode.getDescriptor(), PlanInspector.Kind.SCALAR,
          PhysicalAggregateExprNode.getDescriptor(), PlanInspector.Kind.AGGREGATE,
          PhysicalWindowExprNode.getDescriptor(), PlanInspector.Kind.WINDOW,
          PhysicalHigherOrderUdfNode.getDescriptor(), PlanInspector.Kind.HIGHER_ORDER);
  private static final List<String> NAMES =
      List.of(
          "fun_name",
          "name",
          "udaf",
          "udwf",
          "user_defined_aggr_function",
          "user_defined_window_function");

  private final List<PlanInspector.Function> functions = new ArrayList<>();
  private final Set<String> codecs = new LinkedHashSet<>();
  private int nodes;

  private PlanWalk() {}

  /** {@return what the bytes hold} */
  public static Inspection inspect(
      PlanInspector.Message kind, Parser<? extends Message> parser, byte[] bytes) {
    String what = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    try {
      Message message = parser.parseFrom(bytes);
      if (oneof(message) == null) {
        throw new MalformedPayloadException(
            bytes.length + " bytes that are no " + what + ": nothing that is known is in them",
            null);
      }
      var walk = new PlanWalk();
      Node root = walk.node(message);
      return new Inspection(kind, bytes.length, root, walk.functions, List.copyOf(walk.codecs));
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedPayloadException(
          bytes.length + " bytes that are no " + what + ": " + e.getMessage(), e);
    }
  }

  private Node node(Message message) {
    if (++nodes > NODES) {
      throw new MalformedPayloadException("more than " + NODES + " nodes", null);
    }
    FieldDescriptor which = oneof(message);
    var children = new ArrayList<Node>();
    walk(message, children);
    String name = which == null ? "empty" : which.getName();
    return new Node(name.endsWith("_") ? name.substring(0, name.length() - 1) : name, children);
  }

  private static @Nullable FieldDescriptor oneof(Message message) {
    return message.getOneofFieldDescriptor(message.getDescriptorForType().getOneofs().get(0));
  }

  private void walk(Message message, List<Node> children) {
    PlanInspector.Kind call = CALL_TYPES.get(message.getDescriptorForType());
    if (call != null) {
      functions.add(function(message, call));
    }
    for (var field : message.getAllFields().entrySet()) {
      if (field.getValue() instanceof List<?> values) {
        values.forEach(value -> visit(value, children));
      } else {
        visit(field.getValue(), children);
      }
    }
  }

  private void visit(Object value, List<Node> children) {
    switch (value) {
      case Message inner when NODE_TYPES.contains(inner.getDescriptorForType()) ->
          children.add(node(inner));
      case Message inner -> walk(inner, children);
      case ByteString bytes -> codecs.addAll(Envelopes.of(bytes).ids());
      default -> {}
    }
  }

  private static PlanInspector.Function function(Message call, PlanInspector.Kind kind) {
    String name = "";
    for (String field : NAMES) {
      FieldDescriptor descriptor = call.getDescriptorForType().findFieldByName(field);
      if (descriptor != null && call.getField(descriptor) instanceof String s && !s.isEmpty()) {
        name = s;
        break;
      }
    }
    FieldDescriptor definition = call.getDescriptorForType().findFieldByName("fun_definition");
    ByteString bytes = (ByteString) call.getField(definition);
    return Envelopes.function(name, kind, bytes);
  }
}
