package io.datafusion;

import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * What an expression knows about the tree under it from the moment it is made, so that no question
 * about a deep tree needs a deep stack.
 *
 * @param operatorDepth the longest way down counted in binary operators
 * @param nestingDepth the longest way down counted in everything else that has operands
 * @param nodes the size of the tree, shared subtrees counted each time; at most Long.MAX_VALUE
 * @param hash the hash of the tree
 */
public record Measure(int operatorDepth, int nestingDepth, long nodes, int hash) {
  static Measure leaf(int hash) {
    return new Measure(0, 0, 1, hash);
  }

  static Measure of(Operator operator, List<Expr> operands) {
    int operators = 0;
    int nesting = 0;
    long nodes = 1;
    int hash = operator.hashCode();
    for (Expr operand : operands) {
      Measure below = operand.measure();
      operators = Math.max(operators, below.operatorDepth);
      nesting = Math.max(nesting, below.nestingDepth);
      nodes = nodes + below.nodes < 0 ? Long.MAX_VALUE : nodes + below.nodes;
      hash = 31 * hash + below.hash;
    }
    boolean binary = operator instanceof Operator.Binary;
    return new Measure(operators + (binary ? 1 : 0), nesting + (binary ? 0 : 1), nodes, hash);
  }

  /**
   * Compares two trees with a stack on the heap; a subtree shared on both sides is compared once.
   */
  @SuppressWarnings("ReferenceEquality") // the same object needs no walk
  static boolean equal(Expr.Operation left, Expr.Operation right) {
    var compared = new IdentityHashMap<Expr, Expr>();
    var pairs = new ArrayDeque<Expr>();
    pairs.push(left);
    pairs.push(right);
    while (!pairs.isEmpty()) {
      Expr b = pairs.pop();
      Expr a = pairs.pop();
      if (a == b || compared.put(a, b) == b) {
        continue;
      }
      if (!(a instanceof Expr.Operation x) || !(b instanceof Expr.Operation y)) {
        if (!a.equals(b)) {
          return false;
        }
        continue;
      }
      if (x.measure().hash != y.measure().hash
          || !x.operator().equals(y.operator())
          || x.operands().size() != y.operands().size()) {
        return false;
      }
      for (int i = 0; i < x.operands().size(); i++) {
        pairs.push(x.operands().get(i));
        pairs.push(y.operands().get(i));
      }
    }
    return true;
  }
}
