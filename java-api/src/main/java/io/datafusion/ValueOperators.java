package io.datafusion;

import io.datafusion.Operator.NullTreatment;
import io.datafusion.Operator.SortOrder;
import io.datafusion.internal.JavaTypes;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** The methods of {@link Expr} whose result is a value, a name or a call in another manner. */
sealed interface ValueOperators permits Expr {

  /** {@return this + other} */
  default Expr plus(Expr other) {
    return binary("+", other);
  }

  /** {@return this - other} */
  default Expr minus(Expr other) {
    return binary("-", other);
  }

  /** {@return this * other} */
  default Expr times(Expr other) {
    return binary("*", other);
  }

  /** {@return this / other; whole for two whole numbers} */
  default Expr divide(Expr other) {
    return binary("/", other);
  }

  /** {@return the rest of this / other, with the sign of this} */
  default Expr modulo(Expr other) {
    return binary("%", other);
  }

  /** {@return -this} */
  default Expr negate() {
    return Expr.operation(Operator.Unary.NEGATIVE, (Expr) this);
  }

  /** {@return the two texts, or the two lists, one after the other; null where one is null} */
  default Expr concat(Expr other) {
    return binary("||", other);
  }

  /** {@return the bits that both have} */
  default Expr bitAnd(Expr other) {
    return binary("&", other);
  }

  /** {@return the bits that one of the two has} */
  default Expr bitOr(Expr other) {
    return binary("|", other);
  }

  /** {@return the bits in which the two differ} */
  default Expr bitXor(Expr other) {
    return binary("BIT_XOR", other);
  }

  /** {@return the bits moved up} */
  default Expr shiftLeft(Expr count) {
    return binary("<<", count);
  }

  /** {@return the bits moved down} */
  default Expr shiftRight(Expr count) {
    return binary(">>", count);
  }

  /** {@return a field of this structure} */
  default Expr field(String name) {
    return Functions.call("get_field", (Expr) this, Expr.lit(name));
  }

  /** {@return an element of this list; the first is 1, the last is -1} */
  default Expr element(Expr index) {
    return Functions.call("array_element", (Expr) this, index);
  }

  /** {@return this under a name} */
  default Expr alias(String name) {
    return Expr.operation(new Operator.Alias(List.of(), name), (Expr) this);
  }

  /**
   * {@return this as another type} A value that does not fit ends the query.
   *
   * @param type a Java class of the table in {@link Expr#lit(Object)}
   */
  default Expr cast(Class<?> type) {
    return cast(JavaTypes.field("cast", type));
  }

  /** {@return this as another type} A value that does not fit ends the query. */
  default Expr cast(ArrowType type) {
    return cast(Field.nullable("cast", type));
  }

  /** {@return this as the type of a field, with the field's metadata} */
  default Expr cast(Field field) {
    return Expr.operation(new Operator.Cast(field, false), (Expr) this);
  }

  /** {@return this as another type, null where a value does not fit} */
  default Expr tryCast(Class<?> type) {
    return tryCast(JavaTypes.field("cast", type));
  }

  /** {@return this as another type, null where a value does not fit} */
  default Expr tryCast(ArrowType type) {
    return tryCast(Field.nullable("cast", type));
  }

  /** {@return this as the type of a field, null where a value does not fit} */
  default Expr tryCast(Field field) {
    return Expr.operation(new Operator.Cast(field, true), (Expr) this);
  }

  /** {@return this as a sort key, smallest first, nulls last} */
  default SortExpr asc() {
    return new SortExpr((Expr) this, new SortOrder(false, false));
  }

  /** {@return this as a sort key, largest first, nulls first} */
  default SortExpr desc() {
    return new SortExpr((Expr) this, new SortOrder(true, true));
  }

  /** {@return this aggregate over different inputs only} */
  default Expr distinct() {
    var parts = AggregateParts.of((Expr) this, "distinct");
    return new AggregateParts(parts.call(), true, parts.orderBy(), parts.filter(), parts.nulls())
        .toExpr();
  }

  /** {@return this aggregate over the inputs for which a condition is true} */
  default Expr filter(Expr condition) {
    var parts = AggregateParts.of((Expr) this, "filter");
    return new AggregateParts(
            parts.call(), parts.distinct(), parts.orderBy(), List.of(condition), parts.nulls())
        .toExpr();
  }

  /** {@return this aggregate over its inputs in an order} */
  default Expr orderBy(SortExpr... keys) {
    var parts = AggregateParts.of((Expr) this, "orderBy");
    return new AggregateParts(
            parts.call(), parts.distinct(), List.of(keys), parts.filter(), parts.nulls())
        .toExpr();
  }

  /** {@return this aggregate or window call with what it does with null inputs} */
  default Expr nulls(NullTreatment treatment) {
    if (this instanceof Expr.Operation(Operator.Windowed w, var operands, _)) {
      return new Expr.Operation(
          new Operator.Windowed(w.partitionBy(), w.orderBy(), w.frame(), treatment), operands);
    }
    var parts = AggregateParts.of((Expr) this, "nulls");
    return new AggregateParts(
            parts.call(), parts.distinct(), parts.orderBy(), parts.filter(), treatment)
        .toExpr();
  }

  /** {@return this aggregate or window call, computed for each row over a window of rows} */
  default Expr over(Window window) {
    AggregateParts.of((Expr) this, "over");
    var operands = new ArrayList<Expr>();
    operands.add((Expr) this);
    operands.addAll(window.partitionBy());
    window.orderBy().forEach(key -> operands.add(key.expr()));
    var orders = window.orderBy().stream().map(SortExpr::order).toList();
    var operator =
        new Operator.Windowed(
            window.partitionBy().size(), orders, window.frame(), NullTreatment.DEFAULT);
    return new Expr.Operation(operator, operands);
  }

  private Expr binary(String symbol, Expr other) {
    return Expr.operation(new Operator.Binary(symbol), (Expr) this, other);
  }
}
