package io.datafusion;

import io.datafusion.Operator.NullTreatment;
import java.util.ArrayList;
import java.util.List;

/**
 * An aggregate call taken apart, so that one part can be changed.
 *
 * @param filter none or one
 */
record AggregateParts(
    Expr call, boolean distinct, List<SortExpr> orderBy, List<Expr> filter, NullTreatment nulls) {

  static AggregateParts of(Expr expr, String method) {
    if (expr instanceof Expr.Operation(Operator.Aggregate a, var operands, _)) {
      var keys = new ArrayList<SortExpr>();
      for (int i = 0; i < a.orderBy().size(); i++) {
        keys.add(new SortExpr(operands.get(1 + i), a.orderBy().get(i)));
      }
      int next = 1 + keys.size();
      var filter = operands.subList(next, operands.size());
      return new AggregateParts(operands.get(0), a.distinct(), keys, filter, a.nulls());
    }
    if (expr instanceof Expr.Operation(Operator.Call _, _, _)
        || expr instanceof Expr.Operation(Operator.Apply _, _, _)) {
      return new AggregateParts(expr, false, List.of(), List.of(), NullTreatment.DEFAULT);
    }
    throw new IllegalArgumentException(
        method + "() is for the call of an aggregate or window function, not for " + expr);
  }

  Expr toExpr() {
    var operands = new ArrayList<Expr>();
    operands.add(call);
    orderBy.forEach(key -> operands.add(key.expr()));
    operands.addAll(filter);
    var orders = orderBy.stream().map(SortExpr::order).toList();
    var operator = new Operator.Aggregate(distinct, orders, !filter.isEmpty(), nulls);
    return new Expr.Operation(operator, operands);
  }
}
