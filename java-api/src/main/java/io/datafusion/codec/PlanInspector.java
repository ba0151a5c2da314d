package io.datafusion.codec;

import io.datafusion.internal.PlanWalk;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.datafusion.protobuf.LogicalExprNode;
import org.apache.datafusion.protobuf.LogicalPlanNode;
import org.apache.datafusion.protobuf.PhysicalPlanNode;

/**
 * Shows what the bytes of expressions and plans hold. It reads the messages in Java: nothing of
 * them is planned or run, no class is defined, and the native library is not needed. Bytes from
 * anywhere may be inspected; they are read no deeper and no wider than the engine would.
 */
public final class PlanInspector {
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
  }

  /**
   * A plan or an expression.
   *
   * @param name the name of its kind in the message: {@code projection}, {@code binary_expr}
   * @param children what is inside, plans and expressions
   */
  public record Node(String name, List<Node> children) {
    /** Copies the list. */
    public Node {
      Objects.requireNonNull(name, "name");
      children = List.copyOf(children);
    }

    /** {@return this node and what is under it, a line each} */
    @Override
    public String toString() {
      var text = new StringBuilder();
      write(text, 0);
      return text.toString();
    }

    private void write(StringBuilder text, int depth) {
      text.append("  ".repeat(depth)).append(name).append('\n');
      children.forEach(child -> child.write(text, depth + 1));
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
    HIGHER_ORDER
  }

  /** How a function is written in a message. */
  public enum Form {
    /** Its name alone: the engine's own, or one that the reader has registered. */
    BY_NAME,
    /** Its definition and its code. */
    INLINED,
    /** Bytes that only a codec understands. */
    CODEC
  }

  /**
   * A call of a function.
   *
   * @param name what the node says
   * @param kind which kind
   * @param form how it is written
   * @param codec the id of the codec that wrote it, if one did
   * @param frame what is inside, if it is inlined
   */
  public record Function(
      String name, Kind kind, Form form, Optional<String> codec, Optional<Frame> frame) {
    /** Checks for null. */
    public Function {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(form, "form");
      Objects.requireNonNull(codec, "codec");
      Objects.requireNonNull(frame, "frame");
    }

    /** {@return whether the function itself is in the message} */
    public boolean inlined() {
      return form == Form.INLINED;
    }

    /** {@return the bytes that the function takes in the message; 0 if it is not in it} */
    public int frameSize() {
      return frame.map(Frame::size).orElse(0);
    }

    /** {@return the names of the classes that travel with it} */
    public List<String> carried() {
      return frame.map(Frame::carried).orElse(List.of());
    }
  }

  /**
   * A function inside a message.
   *
   * @param size in bytes
   * @param sha256 its digest in hexadecimal, checked; equal digests are equal functions
   * @param runtime which runtime reads its code: {@code java}, or {@code python} for a Python
   *     function, of which nothing else is known
   * @param release the release of the runtime that its code needs; 0 where it says none
   * @param carried names of the classes that travel with it
   * @param referenced names of the classes that the reader must have
   */
  public record Frame(
      int size,
      String sha256,
      String runtime,
      int release,
      List<String> carried,
      List<String> referenced) {
    /** Copies the lists. */
    public Frame {
      Objects.requireNonNull(sha256, "sha256");
      Objects.requireNonNull(runtime, "runtime");
      carried = List.copyOf(carried);
      referenced = List.copyOf(referenced);
    }
  }

  /**
   * {@return what the bytes of an expression hold}
   *
   * @throws io.datafusion.MalformedPayloadException if they are no expression, or a function inside
   *     is broken
   */
  public static Inspection expression(byte[] bytes) {
    return PlanWalk.inspect(Message.EXPRESSION, LogicalExprNode.parser(), bytes);
  }

  /**
   * {@return what the bytes of a logical plan hold}
   *
   * @throws io.datafusion.MalformedPayloadException if they are no logical plan, or a function
   *     inside is broken
   */
  public static Inspection logicalPlan(byte[] bytes) {
    return PlanWalk.inspect(Message.LOGICAL_PLAN, LogicalPlanNode.parser(), bytes);
  }

  /**
   * {@return what the bytes of an execution plan hold}
   *
   * @throws io.datafusion.MalformedPayloadException if they are no execution plan, or a function
   *     inside is broken
   */
  public static Inspection executionPlan(byte[] bytes) {
    return PlanWalk.inspect(Message.EXECUTION_PLAN, PhysicalPlanNode.parser(), bytes);
  }
}
