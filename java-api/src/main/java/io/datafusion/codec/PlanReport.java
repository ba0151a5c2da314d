package io.datafusion.codec;

import java.util.List;
import java.util.Optional;

/**
 * What the bytes of an expression or a plan hold.
 *
 * @param size of the whole message, in bytes
 * @param root the outermost node, with those below it
 * @param functions every call of a function, in the order of the message
 */
public record PlanReport(int size, Node root, List<Function> functions) {
  /** Copies the list. */
  public PlanReport {
    functions = List.copyOf(functions);
  }

  /**
   * A node of the engine's message.
   *
   * @param name as the engine's messages name it: {@code projection}, {@code scalar_udf_expr}, ...
   * @param children the nodes below it, in the order of the message
   */
  public record Node(String name, List<Node> children) {
    /** Copies the list. */
    public Node {
      children = List.copyOf(children);
    }
  }

  /** What a function is. */
  public enum Kind {
    /** One value a row. */
    SCALAR,
    /** One value a group. */
    AGGREGATE,
    /** One value a row, from the rows around it. */
    WINDOW,
    /** A function of functions. */
    HIGHER_ORDER
  }

  /**
   * A call of a function.
   *
   * @param name the function's
   * @param kind what it is; a window call of an aggregate is an aggregate
   * @param codecId the codec whose bytes define it; empty for a function that goes by name: one of
   *     the engine's own, or one that the receiver has registered
   * @param definitionSize of what defines it, in bytes; 0 for a function that goes by name
   * @param inlined the function itself, if it travels in these bytes as one of ours
   */
  public record Function(
      String name,
      Kind kind,
      Optional<String> codecId,
      int definitionSize,
      Optional<Inlined> inlined) {}

  /**
   * A function that travels.
   *
   * @param sha256 its digest as hexadecimal digits; equal digests are equal functions
   * @param carried the names of the classes that travel with it
   * @param referenced the names of the classes that its receiver must have
   * @param runtimeRelease the Java release that its code needs; 0 if no code travels
   */
  public record Inlined(
      String sha256, List<String> carried, List<String> referenced, int runtimeRelease) {
    /** Copies the lists. */
    public Inlined {
      carried = List.copyOf(carried);
      referenced = List.copyOf(referenced);
    }
  }
}
