package io.datafusion.internal.lowering;

import com.google.protobuf.ByteString;
import io.datafusion.Expr;
import io.datafusion.InternalException;
import io.datafusion.Operator;
import io.datafusion.SortExpr;
import io.datafusion.WindowFrame;
import io.datafusion.internal.arrow.IpcSchema;
import io.datafusion.internal.message.AggregateOp;
import io.datafusion.internal.message.Bound;
import io.datafusion.internal.message.ExprOp;
import io.datafusion.internal.message.ExprProgram;
import io.datafusion.internal.message.FrameBounds;
import io.datafusion.internal.message.LikeOp;
import io.datafusion.internal.message.NullTreatment;
import io.datafusion.internal.message.WindowOp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Field;

/** Flat programs as expressions: a stack machine whose values are trees. */
final class Raising {
  /** The expression of a call of a function passed beside the program. */
  interface Functions {
    /** {@return the operator that applies a function} */
    Operator at(int index);
  }

  private final Functions functions;
  private final ArrayList<Object> stack = new ArrayList<>();

  private Raising(Functions functions) {
    this.functions = functions;
  }

  /** {@return the one expression that a program leaves} */
  static Expr raise(ExprProgram program, Functions functions) {
    var machine = new Raising(functions);
    for (ExprOp op : program.getOpsList()) {
      machine.step(op);
    }
    if (machine.stack.size() != 1 || !(machine.stack.get(0) instanceof Expr expr)) {
      throw new InternalException(
          "a program that leaves " + machine.stack.size() + " values", null);
    }
    return expr;
  }

  private void step(ExprOp op) {
    switch (op.getOpCase()) {
      case COLUMN ->
          stack.add(new Expr.Column(op.getColumn().getRelationList(), op.getColumn().getName()));
      case LITERAL -> stack.add(Scalars.read(op.getLiteral()));
      case WILDCARD -> stack.add(new Expr.Wildcard(op.getWildcard().getRelationList()));
      case PLACEHOLDER -> stack.add(new Expr.Placeholder(op.getPlaceholder().getId()));
      case OPAQUE -> stack.add(new Expr.Opaque(op.getOpaque().toByteArray()));
      case SORT -> {
        Expr operand = exprs(1).get(0);
        var order =
            new Operator.SortOrder(op.getSort().getDescending(), op.getSort().getNullsFirst());
        stack.add(new SortExpr(operand, order));
      }
      case AGGREGATE -> aggregate(op.getAggregate());
      case WINDOW -> window(op.getWindow());
      default -> operation(op);
    }
  }

  private void operation(ExprOp op) {
    switch (op.getOpCase()) {
      case BINARY -> push(new Operator.Binary(op.getBinary()), 2);
      case UNARY ->
          push(Operator.Unary.valueOf(op.getUnary().name().substring("UNARY_OP_".length())), 1);
      case ALIAS ->
          push(new Operator.Alias(op.getAlias().getRelationList(), op.getAlias().getName()), 1);
      case CAST ->
          push(new Operator.Cast(field(op.getCast().getField()), op.getCast().getFallible()), 1);
      case BETWEEN -> push(new Operator.Between(op.getBetween().getNegated()), 3);
      case LIKE -> push(like(op.getLike()), 2);
      case IN_LIST ->
          push(new Operator.InList(op.getInList().getNegated()), 1 + op.getInList().getCount());
      case CASE_WHEN -> {
        var c = op.getCaseWhen();
        int count = (c.getBase() ? 1 : 0) + 2 * c.getBranches() + (c.getOtherwise() ? 1 : 0);
        push(new Operator.Case(c.getBase(), c.getBranches(), c.getOtherwise()), count);
      }
      case CALL -> push(new Operator.Call(op.getCall().getName()), op.getCall().getCount());
      case FUNCTION -> push(functions.at(op.getFunction().getIndex()), op.getFunction().getCount());
      default -> throw new InternalException("a program with an unknown " + op.getOpCase(), null);
    }
  }

  private void aggregate(AggregateOp op) {
    var filter = op.getFilter() ? exprs(1) : List.<Expr>of();
    var keys = sorts(op.getOrderBy());
    var operands = exprs(1);
    keys.forEach(key -> operands.add(key.expr()));
    operands.addAll(filter);
    var operator =
        new Operator.Aggregate(
            op.getDistinct(), orders(keys), op.getFilter(), nulls(op.getNulls()));
    stack.add(new Expr.Operation(operator, operands));
  }

  private void window(WindowOp op) {
    var keys = sorts(op.getOrderBy());
    var operands = exprs(1 + op.getPartitionBy());
    keys.forEach(key -> operands.add(key.expr()));
    var frame = op.hasFrame() ? Optional.of(frame(op.getFrame())) : Optional.<WindowFrame>empty();
    var operator =
        new Operator.Windowed(op.getPartitionBy(), orders(keys), frame, nulls(op.getNulls()));
    stack.add(new Expr.Operation(operator, operands));
  }

  private void push(Operator operator, int count) {
    stack.add(new Expr.Operation(operator, exprs(count)));
  }

  private List<Expr> exprs(int count) {
    return pop(count, Expr.class);
  }

  private List<SortExpr> sorts(int count) {
    return pop(count, SortExpr.class);
  }

  private <T> List<T> pop(int count, Class<T> type) {
    if (count < 0 || count > stack.size()) {
      throw new InternalException("a program that takes more values than it has", null);
    }
    var values = new ArrayList<T>(count);
    for (int i = 0; i < count; i++) {
      values.add(type.cast(stack.removeLast()));
    }
    Collections.reverse(values);
    return values;
  }

  private static List<Operator.SortOrder> orders(List<SortExpr> keys) {
    return keys.stream().map(SortExpr::order).toList();
  }

  private static Operator.Like like(LikeOp op) {
    String escape = op.getEscape();
    return new Operator.Like(
        op.getNegated(),
        op.getCaseInsensitive(),
        op.getSimilar(),
        escape.isEmpty() ? Optional.empty() : Optional.of(escape.charAt(0)));
  }

  private static WindowFrame frame(FrameBounds bounds) {
    return new WindowFrame(
        WindowFrame.Units.valueOf(bounds.getUnits().name()),
        bound(bounds.getStart()),
        bound(bounds.getEnd()));
  }

  private static WindowFrame.Bound bound(Bound bound) {
    Optional<Expr.Literal> offset =
        bound.hasOffset() && Scalars.read(bound.getOffset()) instanceof Expr.Literal literal
            ? Optional.of(literal)
            : Optional.empty();
    return switch (bound.getKind()) {
      case PRECEDING -> new WindowFrame.Bound.Preceding(offset);
      case FOLLOWING -> new WindowFrame.Bound.Following(offset);
      default -> new WindowFrame.Bound.CurrentRow();
    };
  }

  private static Operator.NullTreatment nulls(NullTreatment nulls) {
    return switch (nulls) {
      case NULL_TREATMENT_IGNORE -> Operator.NullTreatment.IGNORE;
      case NULL_TREATMENT_RESPECT -> Operator.NullTreatment.RESPECT;
      default -> Operator.NullTreatment.DEFAULT;
    };
  }

  private static Field field(ByteString message) {
    return IpcSchema.fromBytes(message.toByteArray()).getFields().get(0);
  }
}
