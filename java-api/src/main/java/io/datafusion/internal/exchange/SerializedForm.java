package io.datafusion.internal.exchange;

import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.MalformedPayloadException;
import io.datafusion.Operator;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.exchange.SenderContext;
import io.datafusion.udf.UserDefinedFunction;
import java.io.InvalidObjectException;
import java.io.ObjectInputFilter;
import java.io.Serial;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What stands for an expression, a plan or a function in a Java object stream: the only class of
 * this library that is ever in one, but for exceptions. Its name and its components are a wire
 * format.
 *
 * @param version of this form; another one is refused
 * @param kind one of the constants below
 * @param bytes the engine's message
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and seen by nobody else
public record SerializedForm(byte version, byte kind, byte[] bytes) implements Serializable {
  private static final byte VERSION = 1;
  private static final byte EXPRESSION = 1;
  private static final byte LOGICAL_PLAN = 2;
  private static final byte FUNCTION = 3;

  /** Reading a stream recurses where its objects nest; a form in a form is nobody's. */
  private static final int FILTER_DEPTH = 64;

  /** Checks what a stream says; the stream makes an InvalidObjectException of what is thrown. */
  public SerializedForm {
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "serialized form of version " + version + "; this library reads version " + VERSION);
    }
    if (kind < EXPRESSION || kind > FUNCTION) {
      throw new IllegalArgumentException("serialized form of an unknown kind " + kind);
    }
    if (bytes == null) {
      throw new IllegalArgumentException("serialized form without bytes");
    }
  }

  /** {@return what stands for an expression, written by the sender context} */
  public static SerializedForm of(Expr expr) {
    return new SerializedForm(VERSION, EXPRESSION, bytes(expr));
  }

  /** {@return what stands for a plan, written by the sender context} */
  public static SerializedForm of(LogicalPlan plan) {
    byte[] bytes = SenderContext.get().map(plan::toBytes).orElseGet(plan::toBytes);
    return new SerializedForm(VERSION, LOGICAL_PLAN, bytes);
  }

  /**
   * {@return what stands for a function, written by the sender context} A function travels as a
   * call of itself without arguments, so that codecs and policies hold for it as for any other.
   */
  public static SerializedForm of(UserDefinedFunction function) {
    byte[] bytes = bytes(Expr.operation(new Operator.Apply(function)));
    return new SerializedForm(VERSION, FUNCTION, bytes);
  }

  private static byte[] bytes(Expr expr) {
    return SenderContext.get().map(expr::toBytes).orElseGet(expr::toBytes);
  }

  /** {@return the refusal of a stream that names a class itself, not what stands for it} */
  public static InvalidObjectException refusal(Class<?> type) {
    return new InvalidObjectException(
        "an object of " + type.getName() + " that does not come as its serialized form");
  }

  /**
   * {@return a filter that admits this class, with so many bytes in each object, and no other} A
   * stream asks it about what forms become, too; those classes refuse to be read without one.
   */
  public static ObjectInputFilter filter(int limit) {
    return info -> {
      Class<?> type = info.serialClass();
      if (info.depth() > FILTER_DEPTH) {
        return ObjectInputFilter.Status.REJECTED;
      }
      if (type == null) {
        return ObjectInputFilter.Status.UNDECIDED;
      }
      boolean admitted = type == byte[].class ? info.arrayLength() <= limit : isOurs(type);
      return admitted ? ObjectInputFilter.Status.ALLOWED : ObjectInputFilter.Status.REJECTED;
    };
  }

  /**
   * {@return a filter that admits, besides, the classes that another one says are allowed} The
   * limits of both hold everywhere: of what is ours, and where a stream asks about no class, the
   * other one is told all but the class. About arrays of bytes this one alone decides.
   */
  public static ObjectInputFilter filter(int limit, ObjectInputFilter others) {
    ObjectInputFilter ours = filter(limit);
    return info -> {
      Class<?> type = info.serialClass();
      ObjectInputFilter.Status own = ours.checkInput(info);
      if (type == null || type == byte[].class || isOurs(type)) {
        boolean beyond =
            own == ObjectInputFilter.Status.REJECTED
                || others.checkInput(new Limits(info)) == ObjectInputFilter.Status.REJECTED;
        return beyond ? ObjectInputFilter.Status.REJECTED : own;
      }
      boolean admitted =
          info.depth() <= FILTER_DEPTH
              && others.checkInput(info) == ObjectInputFilter.Status.ALLOWED;
      return admitted ? ObjectInputFilter.Status.ALLOWED : ObjectInputFilter.Status.REJECTED;
    };
  }

  /** What a filter limits, without the class. */
  private record Limits(long depth, long references, long streamBytes)
      implements ObjectInputFilter.FilterInfo {
    Limits(ObjectInputFilter.FilterInfo info) {
      this(info.depth(), info.references(), info.streamBytes());
    }

    @Override
    public @Nullable Class<?> serialClass() {
      return null;
    }

    @Override
    public long arrayLength() {
      return -1;
    }
  }

  private static boolean isOurs(Class<?> type) {
    return type == SerializedForm.class || comesOfForm(type);
  }

  private static boolean comesOfForm(Class<?> type) {
    return Expr.class.isAssignableFrom(type)
        || UserDefinedFunction.class.isAssignableFrom(type)
        || type == LogicalPlan.class;
  }

  /** Reads it by the worker context. No function is run and no class defined. */
  @Serial
  private Object readResolve() {
    return switch (kind) {
      case EXPRESSION -> Expr.fromBytes(bytes);
      case LOGICAL_PLAN -> Receiver.read(ctx -> LogicalPlan.fromBytes(ctx, bytes));
      default -> function(Expr.fromBytes(bytes));
    };
  }

  private static UserDefinedFunction function(Expr call) {
    return switch (call) {
      case Expr.Operation(Operator.Apply(UserDefinedFunction function), _, _) -> function;
      case Expr.Operation(Operator.Windowed _, var operands, _) -> function(operands.get(0));
      case Expr.Operation(Operator.Call(String name), _, _) ->
          throw new UnresolvedFunctionException(
              "function " + name + " came by name, and is not written in Java here", null);
      default ->
          throw new MalformedPayloadException(
              "the serialized form of a function holds another expression", null);
    };
  }
}
