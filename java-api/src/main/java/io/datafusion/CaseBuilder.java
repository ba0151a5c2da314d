package io.datafusion;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A CASE expression on its way. Immutable: each step makes another one. */
public final class CaseBuilder {
  private final @Nullable Expr base;
  private final List<Expr> branches;

  CaseBuilder(@Nullable Expr base, List<Expr> branches) {
    this.base = base;
    this.branches = List.copyOf(branches);
  }

  /** {@return the case with one more branch} The first branch that matches decides. */
  public CaseBuilder when(Expr condition, Expr result) {
    var more = new ArrayList<>(branches);
    more.add(condition);
    more.add(result);
    return new CaseBuilder(base, more);
  }

  /** {@return the expression, with what it is when no branch matches} */
  public Expr otherwise(Expr result) {
    return build(Objects.requireNonNull(result, "result"));
  }

  /** {@return the expression; null when no branch matches} */
  public Expr end() {
    return build(null);
  }

  private Expr build(@Nullable Expr otherwise) {
    if (branches.isEmpty()) {
      throw new IllegalArgumentException("a case has at least one branch");
    }
    var operands = new ArrayList<Expr>();
    if (base != null) {
      operands.add(base);
    }
    operands.addAll(branches);
    if (otherwise != null) {
      operands.add(otherwise);
    }
    var operator = new Operator.Case(base != null, branches.size() / 2, otherwise != null);
    return new Expr.Operation(operator, operands);
  }
}
