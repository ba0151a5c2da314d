package io.datafusion.internal.lowering;

import com.google.protobuf.ByteString;
import io.datafusion.Expr;
import io.datafusion.Operator;
import io.datafusion.SortExpr;
import io.datafusion.WindowFrame;
import io.datafusion.internal.NativeUdf;
import io.datafusion.internal.arrow.IpcSchema;
import io.datafusion.internal.boundary.HandleArray;
import io.datafusion.internal.message.AggregateOp;
import io.datafusion.internal.message.AliasOp;
import io.datafusion.internal.message.Bound;
import io.datafusion.internal.message.CallOp;
import io.datafusion.internal.message.CaseOp;
import io.datafusion.internal.message.CastOp;
import io.datafusion.internal.message.ColumnOp;
import io.datafusion.internal.message.ExprOp;
import io.datafusion.internal.message.ExprProgram;
import io.datafusion.internal.message.FrameBounds;
import io.datafusion.internal.message.FunctionOp;
import io.datafusion.internal.message.InListOp;
import io.datafusion.internal.message.LikeOp;
import io.datafusion.internal.message.NegatableOp;
import io.datafusion.internal.message.NullTreatment;
import io.datafusion.internal.message.PlaceholderOp;
import io.datafusion.internal.message.SortOp;
import io.datafusion.internal.message.UnaryOp;
import io.datafusion.internal.message.WildcardOp;
import io.datafusion.internal.message.WindowOp;
import io.datafusion.udf.UserDefinedFunction;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Expressions as flat programs, operands first. One lowering serves one call: its programs share
 * the functions that are passed beside them.
 */
public final class Lowering {
  private final DepthLimits limits;
  private final Map<UserDefinedFunction, Integer> functions = new LinkedHashMap<>();

  /** Makes one under the limits of a session. */
  public Lowering(DepthLimits limits) {
    this.limits = limits;
  }

  /** {@return the functions that the programs name by index, in that order, for one call} */
  public HandleArray functions(SegmentAllocator arena) {
    return HandleArray.of(arena, functions.keySet().stream().map(NativeUdf::handle).toList());
  }

  /** {@return the program that leaves the values of expressions, in order} */
  public ExprProgram exprs(List<Expr> exprs) {
    var program = ExprProgram.newBuilder().setRoots(exprs.size());
    exprs.forEach(expr -> write(program, expr));
    return program.build();
  }

  /** {@return the program of one expression} */
  public ExprProgram expr(Expr expr) {
    return exprs(List.of(expr));
  }

  /** {@return the program that leaves sort keys, in order} */
  public ExprProgram sorts(List<SortExpr> keys) {
    return exprsThenSorts(List.of(), keys);
  }

  /** {@return the program that leaves expressions, then sort keys} */
  public ExprProgram exprsThenSorts(Collection<Expr> exprs, List<SortExpr> keys) {
    var program = ExprProgram.newBuilder().setRoots(exprs.size() + keys.size());
    exprs.forEach(expr -> write(program, expr));
    for (SortExpr key : keys) {
      write(program, key.expr());
      program.addOps(sort(key.order()));
    }
    return program.build();
  }

  /** The stack holds expressions to walk into and operations to write after their operands. */
  private void write(ExprProgram.Builder program, Expr root) {
    var pending = new ArrayDeque<Object>();
    pending.push(limits.check(root));
    while (!pending.isEmpty()) {
      switch (pending.pop()) {
        case ExprOp op -> program.addOps(op);
        case Expr.Operation operation -> {
          pending.push(op(operation));
          pushOperands(pending, operation);
        }
        case Expr leaf -> program.addOps(leaf(leaf));
        default -> throw new AssertionError();
      }
    }
  }

  private static void pushOperands(ArrayDeque<Object> pending, Expr.Operation operation) {
    List<Expr> operands = operation.operands();
    List<Operator.SortOrder> orders = sortOrders(operation.operator());
    int firstKey = firstSortKey(operation.operator());
    for (int i = operands.size() - 1; i >= 0; i--) {
      int key = i - firstKey;
      if (key >= 0 && key < orders.size()) {
        pending.push(sort(orders.get(key)));
      }
      pending.push(operands.get(i));
    }
  }

  private static List<Operator.SortOrder> sortOrders(Operator operator) {
    return switch (operator) {
      case Operator.Aggregate a -> a.orderBy();
      case Operator.Windowed w -> w.orderBy();
      default -> List.of();
    };
  }

  private static int firstSortKey(Operator operator) {
    return operator instanceof Operator.Windowed w ? 1 + w.partitionBy() : 1;
  }

  private static ExprOp leaf(Expr leaf) {
    var op = ExprOp.newBuilder();
    switch (leaf) {
      case Expr.Column c ->
          op.setColumn(ColumnOp.newBuilder().addAllRelation(c.relation()).setName(c.name()));
      case Expr.Literal l -> op.setLiteral(Scalars.bytes(l));
      case Expr.Wildcard w -> op.setWildcard(WildcardOp.newBuilder().addAllRelation(w.relation()));
      case Expr.Placeholder p -> op.setPlaceholder(PlaceholderOp.newBuilder().setId(p.id()));
      case Expr.Opaque o -> op.setOpaque(ByteString.copyFrom(o.bytes()));
      case Expr.Operation _ -> throw new AssertionError();
    }
    return op.build();
  }

  private ExprOp op(Expr.Operation operation) {
    int count = operation.operands().size();
    var op = ExprOp.newBuilder();
    switch (operation.operator()) {
      case Operator.Binary b -> op.setBinary(b.symbol());
      case Operator.Unary u -> op.setUnary(UnaryOp.valueOf("UNARY_OP_" + u.name()));
      case Operator.Alias a ->
          op.setAlias(AliasOp.newBuilder().addAllRelation(a.relation()).setName(a.name()));
      case Operator.Cast c ->
          op.setCast(CastOp.newBuilder().setField(field(c.field())).setFallible(c.fallible()));
      case Operator.Between b -> op.setBetween(NegatableOp.newBuilder().setNegated(b.negated()));
      case Operator.Like l -> op.setLike(like(l));
      case Operator.InList i ->
          op.setInList(InListOp.newBuilder().setCount(count - 1).setNegated(i.negated()));
      case Operator.Case c ->
          op.setCaseWhen(
              CaseOp.newBuilder()
                  .setBase(c.base())
                  .setBranches(c.branches())
                  .setOtherwise(c.otherwise()));
      case Operator.Call c -> op.setCall(CallOp.newBuilder().setName(c.name()).setCount(count));
      case Operator.Apply a ->
          op.setFunction(FunctionOp.newBuilder().setIndex(index(a.udf())).setCount(count));
      case Operator.Aggregate a ->
          op.setAggregate(
              AggregateOp.newBuilder()
                  .setDistinct(a.distinct())
                  .setFilter(a.filtered())
                  .setOrderBy(a.orderBy().size())
                  .setNulls(nulls(a.nulls())));
      case Operator.Windowed w -> op.setWindow(window(w));
    }
    return op.build();
  }

  private int index(UserDefinedFunction udf) {
    return functions.computeIfAbsent(udf, _ -> functions.size());
  }

  private static LikeOp like(Operator.Like like) {
    return LikeOp.newBuilder()
        .setNegated(like.negated())
        .setCaseInsensitive(like.caseInsensitive())
        .setSimilar(like.similar())
        .setEscape(like.escape().map(String::valueOf).orElse(""))
        .build();
  }

  private static ExprOp sort(Operator.SortOrder order) {
    var sort =
        SortOp.newBuilder().setDescending(order.descending()).setNullsFirst(order.nullsFirst());
    return ExprOp.newBuilder().setSort(sort).build();
  }

  private static WindowOp window(Operator.Windowed window) {
    var op =
        WindowOp.newBuilder()
            .setPartitionBy(window.partitionBy())
            .setOrderBy(window.orderBy().size())
            .setNulls(nulls(window.nulls()));
    window.frame().ifPresent(frame -> op.setFrame(frame(frame)));
    return op.build();
  }

  private static FrameBounds frame(WindowFrame frame) {
    return FrameBounds.newBuilder()
        .setUnits(FrameBounds.Units.valueOf(frame.units().name()))
        .setStart(bound(frame.start()))
        .setEnd(bound(frame.end()))
        .build();
  }

  private static Bound bound(WindowFrame.Bound bound) {
    return switch (bound) {
      case WindowFrame.Bound.Preceding p -> bound(Bound.Kind.PRECEDING, p.offset());
      case WindowFrame.Bound.CurrentRow _ -> bound(Bound.Kind.CURRENT_ROW, Optional.empty());
      case WindowFrame.Bound.Following f -> bound(Bound.Kind.FOLLOWING, f.offset());
    };
  }

  private static Bound bound(Bound.Kind kind, Optional<Expr.Literal> offset) {
    var bound = Bound.newBuilder().setKind(kind);
    offset.ifPresent(o -> bound.setOffset(Scalars.bytes(o)));
    return bound.build();
  }

  private static NullTreatment nulls(Operator.NullTreatment nulls) {
    return switch (nulls) {
      case DEFAULT -> NullTreatment.NULL_TREATMENT_UNSPECIFIED;
      case IGNORE -> NullTreatment.NULL_TREATMENT_IGNORE;
      case RESPECT -> NullTreatment.NULL_TREATMENT_RESPECT;
    };
  }

  /** {@return a field as an Arrow IPC schema message} */
  static ByteString field(Field field) {
    return schema(new Schema(List.of(field)));
  }

  /** {@return a schema as an Arrow IPC message} */
  public static ByteString schema(Schema schema) {
    return ByteString.copyFrom(IpcSchema.toBytes(schema));
  }
}
