package io.datafusion.internal.lowering;

import io.datafusion.Expr;
import io.datafusion.Operator;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Expressions as short text for people, however deep they are. */
public final class ExprText {
  private static final int LIMIT = 1_000;

  private ExprText() {}

  /** {@return the expression as text, cut off where it gets long} */
  public static String of(Expr expr) {
    var text = new StringBuilder();
    var pending = new ArrayDeque<Object>();
    pending.push(expr);
    while (!pending.isEmpty() && text.length() < LIMIT) {
      switch (pending.pop()) {
        case Expr.Operation operation -> push(pending, operation);
        case Expr leaf -> text.append(leaf(leaf));
        case Object piece -> text.append(piece);
      }
    }
    return pending.isEmpty() ? text.toString() : text.append(" ...").toString();
  }

  private static String leaf(Expr leaf) {
    return switch (leaf) {
      case Expr.Column c when c.relation().isEmpty() -> c.name();
      case Expr.Column c -> String.join(".", c.relation()) + "." + c.name();
      case Expr.Literal l -> constant(l.value());
      case Expr.Wildcard w -> w.relation().isEmpty() ? "*" : String.join(".", w.relation()) + ".*";
      case Expr.Placeholder p -> p.id();
      case Expr.Opaque o ->
          Scalars.nested(o)
              .map(nested -> constant(nested.value()))
              .orElseGet(() -> "an expression of " + o.bytes().length + " bytes");
      case Expr.Operation _ -> throw new AssertionError();
    };
  }

  private static String constant(@Nullable Object value) {
    return switch (value) {
      case String s -> "'" + s.replace("'", "''") + "'";
      case byte[] b -> b.length + " bytes";
      case List<?> items ->
          items.stream().map(ExprText::constant).collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> members ->
          members.entrySet().stream()
              .map(member -> constant(member.getKey()) + ": " + constant(member.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      case null, default -> String.valueOf(value);
    };
  }

  private static void push(ArrayDeque<Object> pending, Expr.Operation operation) {
    List<Expr> operands = operation.operands();
    switch (operation.operator()) {
      case Operator.Binary b ->
          pushAll(pending, "(", operands.get(0), " " + b.symbol() + " ", operands.get(1), ")");
      case Operator.Alias a -> pushAll(pending, operands.get(0), " AS " + a.name());
      case Operator.Call c -> pushCall(pending, c.name(), operands);
      case Operator.Apply a -> pushCall(pending, a.udf().name(), operands);
      case Operator.Unary u -> pushCall(pending, words(u.name()), operands);
      case Operator.Cast c -> {
        String name = c.fallible() ? "TRY_CAST(" : "CAST(";
        pushAll(pending, name, operands.get(0), " AS " + c.field().getType() + ")");
      }
      case Operator other -> pushCall(pending, words(other.getClass().getSimpleName()), operands);
    }
  }

  private static void pushCall(ArrayDeque<Object> pending, String name, List<Expr> operands) {
    pending.push(")");
    for (int i = operands.size() - 1; i >= 0; i--) {
      pending.push(operands.get(i));
      if (i > 0) {
        pending.push(", ");
      }
    }
    pending.push(name + "(");
  }

  private static void pushAll(ArrayDeque<Object> pending, Object... pieces) {
    for (int i = pieces.length - 1; i >= 0; i--) {
      pending.push(pieces[i]);
    }
  }

  private static String words(String name) {
    return name.replace('_', ' ').toUpperCase(Locale.ROOT);
  }
}
