package io.datafusion.internal.inspection;

import com.google.protobuf.Descriptors.Descriptor;
import java.util.Map;
import java.util.Set;
import org.apache.datafusion.protobuf.LogicalExprNode;
import org.apache.datafusion.protobuf.LogicalPlanNode;
import org.apache.datafusion.protobuf.PhysicalExprNode;
import org.apache.datafusion.protobuf.PhysicalPlanNode;

/**
 * What the engine calls its messages: most often the message's name without what every name has.
 */
final class NodeKinds {
  /** The messages that hold one of many kinds of node each. */
  private static final Set<Descriptor> HOLDERS =
      Set.of(
          LogicalPlanNode.getDescriptor(),
          LogicalExprNode.getDescriptor(),
          PhysicalPlanNode.getDescriptor(),
          PhysicalExprNode.getDescriptor());

  private static final Map<String, String> OTHERWISE =
      Map.ofEntries(
          Map.entry("ScalarValue", "Literal"),
          Map.entry("SelectionNode", "Filter"),
          Map.entry("LogicalExtensionNode", "Extension"),
          Map.entry("ScalarUDFExprNode", "ScalarFunction"),
          Map.entry("AggregateUDFExprNode", "AggregateFunction"),
          Map.entry("WindowExprNode", "WindowFunction"),
          Map.entry("HigherOrderUDFExprNode", "HigherOrderFunction"),
          Map.entry("ScalarSubqueryExprNode", "ScalarSubquery"),
          Map.entry("PhysicalScalarUdfNode", "ScalarFunctionExpr"),
          Map.entry("PhysicalAggregateExprNode", "AggregateFunctionExpr"),
          Map.entry("PhysicalWindowExprNode", "WindowFunctionExpr"),
          Map.entry("PhysicalHigherOrderUdfNode", "HigherOrderFunctionExpr"),
          Map.entry("PhysicalColumn", "Column"),
          Map.entry("UnknownColumn", "UnknownColumn"));

  private NodeKinds() {}

  static boolean isHolder(Descriptor type) {
    return HOLDERS.contains(type);
  }

  /** {@return the kind of a node} */
  static String of(Descriptor holder, Descriptor node) {
    String known = OTHERWISE.get(node.getName());
    if (known != null) {
      return known;
    }
    String bare = of(node);
    if (holder == PhysicalPlanNode.getDescriptor()) {
      return bare.endsWith("Exec") ? bare : bare + "Exec";
    }
    if (holder == PhysicalExprNode.getDescriptor()) {
      return bare.endsWith("Expr") ? bare : bare + "Expr";
    }
    return bare;
  }

  /** {@return the kind of a part that stands in no holder} */
  static String of(Descriptor part) {
    return OTHERWISE.getOrDefault(
        part.getName(), part.getName().replaceFirst("^Physical", "").replaceFirst("Node$", ""));
  }
}
