package io.datafusion.codec;

import io.datafusion.internal.inspection.InspectionJson;
import io.datafusion.internal.inspection.InspectionText;
import io.datafusion.internal.inspection.PlanWalk;
import java.util.List;
import java.util.Objects;

/**
 * Shows what the bytes of expressions and plans hold. It reads the messages in Java: nothing of
 * them is planned or run, no class is loaded or defined, and neither a session nor the native
 * library is needed.
 *
 * <p>Bytes from anywhere may be inspected. More than 64 MiB, 1,000,000 fields or 100 messages
 * inside each other are refused before anything is built of them. A function whose digest does not
 * fit, or whose name is not that of its call, is shown as such and not refused: decoding refuses
 * it.
 *
 * <p>The module {@code io.datafusion.inspect} is the same for the command line.
 */
public final class PlanInspector {
  /** The most bytes that are inspected. */
  public static final int MAX_SIZE = 64 << 20;

  private PlanInspector() {}

  /** What a message is. */
  public enum Message {
    /** Of {@code Expr.toBytes}. */
    EXPRESSION,
    /** Of {@code LogicalPlan.toBytes}. */
    LOGICAL_PLAN,
    /** Of {@code ExecutionPlan.toBytes}. */
    EXECUTION_PLAN
  }

  /**
   * What was found.
   *
   * @param message what the bytes are
   * @param size how many there are
   * @param root the outermost plan or expression
   * @param functions every call of a function, in the order of the message
   * @param codecs ids of the codecs that wrote parts of the message, each once
   */
  public record Inspection(
      Message message, int size, Node root, List<Function> functions, List<String> codecs) {
    /** Copies the lists. */
    public Inspection {
      Objects.requireNonNull(message, "message");
      Objects.requireNonNull(root, "root");
      functions = List.copyOf(functions);
      codecs = List.copyOf(codecs);
    }

    /**
     * {@return everything as an indented tree for a person to read} Long lists and texts are cut
     * short, and what is not printable is escaped.
     */
    public String toText() {
      return InspectionText.of(this);
    }

    /**
     * {@return everything as a JSON object in ASCII}
     *
     * <p>Names and what they hold, in this order; no list is cut short:
     *
     * <ul>
     *   <li>{@code message}: {@code "expression"}, {@code "logical_plan"} or {@code
     *       "execution_plan"}; {@code size}; {@code codecs}: ids
     *   <li>{@code root}: a node of {@code kind}, {@code role}, {@code facts} (an object of lists
     *       of strings) and {@code children} (nodes)
     *   <li>{@code functions}: equal calls once, as {@code name}, {@code kind} ({@code "scalar"},
     *       {@code "aggregate"}, {@code "window"}, {@code "higher_order"}), {@code calls}, {@code
     *       codecs} and {@code form}; by form also
     *       <ul>
     *         <li>{@code "by_name"}: {@code empty}
     *         <li>{@code "python"}: {@code family}, {@code release}, {@code size}
     *         <li>{@code "opaque"}: {@code size}, {@code head}
     *         <li>{@code "inlined"}: {@code family}, {@code size}, {@code sha256}, {@code
     *             verified}; {@code definition} with {@code name}, {@code aliases}, {@code
     *             volatility}, {@code signature}, {@code arguments}, {@code result} (null where it
     *             is computed), {@code state}, each field as {@code name}, {@code type}, {@code
     *             nullable}, {@code metadata}; {@code code} with {@code codec}, {@code size},
     *             {@code release}, {@code carried} and {@code referenced}, each unit as {@code
     *             name}, {@code size}, {@code sha256}, {@code verified}; {@code signed} (null where
     *             it is not) with {@code algorithm}, {@code key}, {@code size}
     *       </ul>
     * </ul>
     */
    public String toJson() {
      return InspectionJson.of(this);
    }
  }

  /**
   * A plan, an expression, or a part of one that holds expressions, such as a sort key.
   *
   * @param kind in the engine's terms: {@code Projection}, {@code HashJoinExec}, {@code
   *     BinaryExpr}; {@code Unknown} where a newer engine wrote what this one does not know
   * @param role what it is to the node around it: {@code input}, {@code filter}; empty for the root
   * @param facts what else the node says, as text: its table, columns, operator
   * @param children what is inside, plans and expressions
   */
  public record Node(String kind, String role, List<Fact> facts, List<Node> children) {
    /** Copies the lists. */
    public Node {
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(role, "role");
      facts = List.copyOf(facts);
      children = List.copyOf(children);
    }

    /** {@return the values of a fact; none if the node does not say it} */
    public List<String> fact(String name) {
      Objects.requireNonNull(name, "name");
      return facts.stream()
          .filter(fact -> fact.name.equals(name))
          .findFirst()
          .map(Fact::values)
          .orElse(List.of());
    }

    /** {@return this node and what is under it, a line each} */
    @Override
    public String toString() {
      return InspectionText.of(this);
    }
  }

  /**
   * Something that a node says.
   *
   * @param name of the field in the engine's message: {@code table_name}, {@code join_type}
   * @param values one, or those of a list
   */
  public record Fact(String name, List<String> values) {
    /** Copies the list. */
    public Fact {
      Objects.requireNonNull(name, "name");
      values = List.copyOf(values);
    }
  }

  /** What kind of function a call is of. */
  public enum Kind {
    /** A value a row. */
    SCALAR,
    /** A value a group. */
    AGGREGATE,
    /** A value a row, over a window of rows. */
    WINDOW,
    /** A function that takes lambdas. */
    HIGHER_ORDER,
    /** A table for constants. */
    TABLE
  }

  /**
   * A call of a function.
   *
   * @param name what the node says
   * @param kind which kind
   * @param codecs ids of the codecs that wrote its form, from the outside in; most often one or
   *     none
   * @param form how it is written
   */
  public record Function(String name, Kind kind, List<String> codecs, FunctionForm form) {
    /** Copies the list. */
    public Function {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(form, "form");
      codecs = List.copyOf(codecs);
    }

    /** {@return whether the function itself is in the message} */
    public boolean inlined() {
      return form instanceof FunctionForm.Inlined || form instanceof FunctionForm.Python;
    }

    /** {@return the bytes that the function takes in the message; 0 if it is not in it} */
    public int frameSize() {
      return inlined() ? form.size() : 0;
    }

    /** {@return the names of the classes that travel with it} */
    public List<String> carried() {
      return form instanceof FunctionForm.Inlined(FunctionFrame frame)
          ? frame.code().carried().stream().map(FunctionFrame.Unit::name).toList()
          : List.of();
    }
  }

  /**
   * {@return what the bytes of an expression hold}
   *
   * @throws io.datafusion.MalformedPayloadException if they are no expression, or a function inside
   *     is broken
   */
  public static Inspection expression(byte[] bytes) {
    return inspect(Message.EXPRESSION, bytes);
  }

  /**
   * {@return what the bytes of a logical plan hold}
   *
   * @throws io.datafusion.MalformedPayloadException if they are no logical plan, or a function
   *     inside is broken
   */
  public static Inspection logicalPlan(byte[] bytes) {
    return inspect(Message.LOGICAL_PLAN, bytes);
  }

  /**
   * {@return what the bytes of an execution plan hold}
   *
   * @throws io.datafusion.MalformedPayloadException if they are no execution plan, or a function
   *     inside is broken
   */
  public static Inspection executionPlan(byte[] bytes) {
    return inspect(Message.EXECUTION_PLAN, bytes);
  }

  /**
   * {@return what bytes hold that are such a message}
   *
   * @throws io.datafusion.MalformedPayloadException if they are none, or a function inside is
   *     broken
   */
  public static Inspection inspect(Message message, byte[] bytes) {
    return PlanWalk.inspect(message, bytes).inspection();
  }

  /**
   * {@return the messages that the bytes can be read as, with nothing in them that is not known and
   * no plan without its input}
   *
   * <p>Bytes do not say what they are. One reading is as good as certain; several, or none, mean
   * that somebody else has to say it.
   */
  public static List<Message> readings(byte[] bytes) {
    return PlanWalk.readings(bytes);
  }
}
