package io.datafusion;

import static io.datafusion.Operator.Unary.IS_FALSE;
import static io.datafusion.Operator.Unary.IS_NOT_FALSE;
import static io.datafusion.Operator.Unary.IS_NOT_NULL;
import static io.datafusion.Operator.Unary.IS_NOT_TRUE;
import static io.datafusion.Operator.Unary.IS_NOT_UNKNOWN;
import static io.datafusion.Operator.Unary.IS_NULL;
import static io.datafusion.Operator.Unary.IS_TRUE;
import static io.datafusion.Operator.Unary.IS_UNKNOWN;
import static io.datafusion.Operator.Unary.NOT;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The methods of {@link Expr} whose result is a truth value. Comparisons with null are null. */
sealed interface PredicateOperators permits Expr {

  /** {@return this = other} */
  default Expr eq(Expr other) {
    return binary("=", other);
  }

  /** {@return this &lt;&gt; other} */
  default Expr neq(Expr other) {
    return binary("!=", other);
  }

  /** {@return this &lt; other} */
  default Expr lt(Expr other) {
    return binary("<", other);
  }

  /** {@return this &lt;= other} */
  default Expr lteq(Expr other) {
    return binary("<=", other);
  }

  /** {@return this &gt; other} */
  default Expr gt(Expr other) {
    return binary(">", other);
  }

  /** {@return this &gt;= other} */
  default Expr gteq(Expr other) {
    return binary(">=", other);
  }

  /** {@return whether the two differ, null being a value like others} */
  default Expr isDistinctFrom(Expr other) {
    return binary("IS DISTINCT FROM", other);
  }

  /** {@return whether the two are the same, null being a value like others} */
  default Expr isNotDistinctFrom(Expr other) {
    return binary("IS NOT DISTINCT FROM", other);
  }

  /** {@return this AND other} */
  default Expr and(Expr other) {
    return binary("AND", other);
  }

  /** {@return this OR other} */
  default Expr or(Expr other) {
    return binary("OR", other);
  }

  /** {@return NOT this} */
  default Expr not() {
    return unary(NOT);
  }

  /** {@return whether this is null} */
  default Expr isNull() {
    return unary(IS_NULL);
  }

  /** {@return whether this is not null} */
  default Expr isNotNull() {
    return unary(IS_NOT_NULL);
  }

  /** {@return whether this is true; false for null} */
  default Expr isTrue() {
    return unary(IS_TRUE);
  }

  /** {@return whether this is false; false for null} */
  default Expr isFalse() {
    return unary(IS_FALSE);
  }

  /** {@return whether this truth value is null} */
  default Expr isUnknown() {
    return unary(IS_UNKNOWN);
  }

  /** {@return whether this is false or null} */
  default Expr isNotTrue() {
    return unary(IS_NOT_TRUE);
  }

  /** {@return whether this is true or null} */
  default Expr isNotFalse() {
    return unary(IS_NOT_FALSE);
  }

  /** {@return whether this truth value is not null} */
  default Expr isNotUnknown() {
    return unary(IS_NOT_UNKNOWN);
  }

  /** {@return whether this lies in a range, both ends included} */
  default Expr between(Expr low, Expr high) {
    return Expr.operation(new Operator.Between(false), (Expr) this, low, high);
  }

  /** {@return whether this lies outside a range, both ends included} */
  default Expr notBetween(Expr low, Expr high) {
    return Expr.operation(new Operator.Between(true), (Expr) this, low, high);
  }

  /** {@return whether this equals one of the items} */
  default Expr in(Expr... items) {
    return inList(List.of(items), false);
  }

  /** {@return whether this equals one of the items} */
  default Expr in(List<Expr> items) {
    return inList(items, false);
  }

  /** {@return whether this equals none of the items} */
  default Expr notIn(Expr... items) {
    return inList(List.of(items), true);
  }

  /** {@return whether this equals none of the items} */
  default Expr notIn(List<Expr> items) {
    return inList(items, true);
  }

  /** {@return whether this matches a pattern; % is any text, _ any one character} */
  default Expr like(Expr pattern) {
    return like(new Operator.Like(false, false, false, Optional.empty()), pattern);
  }

  /** {@return whether this does not match a pattern} */
  default Expr notLike(Expr pattern) {
    return like(new Operator.Like(true, false, false, Optional.empty()), pattern);
  }

  /** {@return whether this matches a pattern, whatever the case of the letters} */
  default Expr ilike(Expr pattern) {
    return like(new Operator.Like(false, true, false, Optional.empty()), pattern);
  }

  /** {@return whether this does not match a pattern, whatever the case of the letters} */
  default Expr notIlike(Expr pattern) {
    return like(new Operator.Like(true, true, false, Optional.empty()), pattern);
  }

  /** {@return whether the whole of this matches a regular expression, as SIMILAR TO} */
  default Expr similarTo(Expr pattern) {
    return like(new Operator.Like(false, false, true, Optional.empty()), pattern);
  }

  /** {@return this compared with a pattern in any of the ways of {@link Operator.Like}} */
  default Expr like(Operator.Like how, Expr pattern) {
    return Expr.operation(how, (Expr) this, pattern);
  }

  /** {@return whether a part of this matches a regular expression} */
  default Expr regexMatch(Expr pattern) {
    return binary("~", pattern);
  }

  /** {@return whether a part of this matches a regular expression, whatever the case} */
  default Expr regexIMatch(Expr pattern) {
    return binary("~*", pattern);
  }

  /** {@return whether no part of this matches a regular expression} */
  default Expr regexNotMatch(Expr pattern) {
    return binary("!~", pattern);
  }

  private Expr binary(String symbol, Expr other) {
    return Expr.operation(new Operator.Binary(symbol), (Expr) this, other);
  }

  private Expr unary(Operator.Unary operator) {
    return Expr.operation(operator, (Expr) this);
  }

  private Expr inList(List<Expr> items, boolean negated) {
    var operands = new ArrayList<Expr>();
    operands.add((Expr) this);
    operands.addAll(items);
    return new Expr.Operation(new Operator.InList(negated), operands);
  }
}
