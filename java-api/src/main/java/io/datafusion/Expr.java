package io.datafusion;

import io.datafusion.internal.ConstantTypes;
import io.datafusion.internal.JavaTypes;
import io.datafusion.internal.Texts;
import io.datafusion.internal.exchange.Receiver;
import io.datafusion.internal.exchange.SerializedForm;
import io.datafusion.internal.lowering.ExprBytes;
import io.datafusion.internal.lowering.ExprText;
import java.io.InvalidObjectException;
import java.io.Serial;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * An expression over the columns of a query: an immutable tree of values.
 *
 * <p>Trees share their parts, have value equality, and know their depth. They are nothing but Java
 * objects until they are used; then the whole tree crosses to the engine in one call. A tree may be
 * built as deep as one likes, but what is used may not be deeper than its session allows (5,000
 * operators above each other, 500 of everything else): beyond, it is a {@link PlanException} with
 * both numbers.
 *
 * <p>The operators are methods: {@code col("fare").times(lit(1.1)).gt(col("limit"))}.
 *
 * <p>In a Java object stream a tree is its bytes, as {@link io.datafusion.exchange} says.
 */
public sealed interface Expr extends ValueOperators, PredicateOperators, Serializable {

  /**
   * A column.
   *
   * @param relation the table's name, or schema and table, or catalog, schema and table; or nothing
   * @param name the column's name, as it is
   */
  record Column(List<String> relation, String name) implements Expr {
    /** Copies the parts. */
    public Column {
      relation = Texts.check(List.copyOf(relation), "the name of a table");
      Texts.check(name, "the name of a column");
      if (relation.size() > 3) {
        throw new IllegalArgumentException("a relation of more than three parts: " + relation);
      }
    }

    @Serial
    private Object writeReplace() {
      return SerializedForm.of(this);
    }

    @Serial
    private Object readResolve() throws InvalidObjectException {
      throw SerializedForm.refusal(Column.class);
    }
  }

  /**
   * A constant.
   *
   * @param value an object of the class that fits the type, or null
   * @param type the type; its name and nullability mean nothing
   */
  record Literal(@Nullable Object value, Field type) implements Expr {
    /** Checks that the value fits the type. */
    public Literal {
      type = ConstantTypes.of(type);
      value = JavaTypes.check(value, type);
    }

    /** {@return the value} A fresh copy for an array of bytes. */
    @Override
    public @Nullable Object value() {
      return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Literal that
          && type.equals(that.type)
          && Objects.deepEquals(value, that.value);
    }

    @Override
    public int hashCode() {
      return 31 * type.hashCode()
          + (value instanceof byte[] bytes ? Arrays.hashCode(bytes) : Objects.hashCode(value));
    }

    @Override
    public String toString() {
      return ExprText.of(this);
    }

    @Serial
    private Object writeReplace() {
      return SerializedForm.of(this);
    }

    @Serial
    private Object readResolve() throws InvalidObjectException {
      throw SerializedForm.refusal(Literal.class);
    }
  }

  /**
   * All columns, or all of one table.
   *
   * @param relation as in {@link Column}
   */
  record Wildcard(List<String> relation) implements Expr {
    /** Copies the parts. */
    public Wildcard {
      relation = Texts.check(List.copyOf(relation), "the name of a table");
    }

    @Serial
    private Object writeReplace() {
      return SerializedForm.of(this);
    }

    @Serial
    private Object readResolve() throws InvalidObjectException {
      throw SerializedForm.refusal(Wildcard.class);
    }
  }

  /**
   * A value given later: {@code $1}, {@code $name}.
   *
   * @param id the identifier, with its dollar sign
   */
  record Placeholder(String id) implements Expr {
    /** Checks the text. */
    public Placeholder {
      Texts.check(id, "the name of a placeholder");
    }

    @Serial
    private Object writeReplace() {
      return SerializedForm.of(this);
    }

    @Serial
    private Object readResolve() throws InvalidObjectException {
      throw SerializedForm.refusal(Placeholder.class);
    }
  }

  /**
   * An expression of the engine that this interface has no shape for. It can be used as it is, and
   * only that.
   *
   * @param bytes the engine's message
   */
  @SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
  record Opaque(byte[] bytes) implements Expr {
    /** Copies the bytes. */
    public Opaque {
      bytes = bytes.clone();
    }

    /** {@return a copy of the bytes} */
    @Override
    public byte[] bytes() {
      return bytes.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Opaque that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return ExprText.of(this);
    }

    @Serial
    private Object writeReplace() {
      return SerializedForm.of(this);
    }

    @Serial
    private Object readResolve() throws InvalidObjectException {
      throw SerializedForm.refusal(Opaque.class);
    }
  }

  /**
   * Something done with operands.
   *
   * @param operator what is done
   * @param operands what it is done with, in the order that the operator says
   * @param measure computed, whatever is passed
   */
  record Operation(Operator operator, List<Expr> operands, Measure measure) implements Expr {
    /** Copies the operands and measures the tree. */
    public Operation {
      Objects.requireNonNull(measure, "measure");
      operands = List.copyOf(operands);
      measure = Measure.of(operator, operands);
    }

    /** Makes one. */
    public Operation(Operator operator, List<Expr> operands) {
      this(operator, operands, Measure.leaf(0));
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Operation that && Measure.equal(this, that);
    }

    @Override
    public int hashCode() {
      return measure.hash();
    }

    @Override
    public String toString() {
      return ExprText.of(this);
    }

    @Serial
    private Object writeReplace() {
      return SerializedForm.of(this);
    }

    @Serial
    private Object readResolve() throws InvalidObjectException {
      throw SerializedForm.refusal(Operation.class);
    }
  }

  /** {@return depth, size and hash of this tree} Known since it was made. */
  default Measure measure() {
    return Measure.leaf(hashCode());
  }

  /**
   * {@return the column of a name} The name is taken as it is: no dots or quotes are read in it.
   */
  static Column col(String name) {
    return new Column(List.of(), name);
  }

  /**
   * {@return the column of a table}
   *
   * @param relation a table's name as it is
   */
  static Column col(String relation, String name) {
    return new Column(List.of(relation), name);
  }

  /**
   * {@return a constant, its type by its class}
   *
   * <table>
   * <caption>Types</caption>
   * <tr><th>Java class</th><th>Arrow type</th></tr>
   * <tr><td>Long, Integer, Short, Byte</td><td>Int64, Int32, Int16, Int8</td></tr>
   * <tr><td>Double, Float, Boolean</td><td>Float64, Float32, Boolean</td></tr>
   * <tr><td>String</td><td>Utf8</td></tr>
   * <tr><td>byte[]</td><td>Binary</td></tr>
   * <tr><td>LocalDate, LocalTime</td><td>Date32, Time64(us)</td></tr>
   * <tr><td>Instant, LocalDateTime</td><td>Timestamp(us, UTC), Timestamp(us)</td></tr>
   * <tr><td>Duration</td><td>Duration(us)</td></tr>
   * </table>
   *
   * @throws IllegalArgumentException for any other class, and for what its type cannot hold exactly
   */
  static Literal lit(Object value) {
    Objects.requireNonNull(value, "value");
    return new Literal(value, JavaTypes.field("", value.getClass()));
  }

  /**
   * {@return a constant of a type}
   *
   * @param type the type; a list or structure is made by {@link Functions#makeArray} and {@link
   *     Functions#namedStruct}
   * @throws IllegalArgumentException if the value does not fit it exactly
   */
  static Literal lit(Object value, Field type) {
    return new Literal(Objects.requireNonNull(value, "value"), type);
  }

  /** {@return a decimal constant of 128 bits, or of 256 bits for more than 38 digits} */
  static Literal lit(BigDecimal value, int precision, int scale) {
    var type = new ArrowType.Decimal(precision, scale, precision > 38 ? 256 : 128);
    return new Literal(Objects.requireNonNull(value, "value"), Field.nullable("", type));
  }

  /** {@return null of the type of a Java class} */
  static Literal nullLit(Class<?> type) {
    return new Literal(null, JavaTypes.field("", type));
  }

  /** {@return null of a type} */
  static Literal nullLit(Field type) {
    return new Literal(null, type);
  }

  /** {@return a value given with the query: {@code $1}, {@code $name}} */
  static Placeholder placeholder(String id) {
    return new Placeholder(id);
  }

  /** {@return all columns} */
  static Wildcard wildcard() {
    return new Wildcard(List.of());
  }

  /** {@return a case of conditions, begun with its first branch} */
  static CaseBuilder when(Expr condition, Expr result) {
    return new CaseBuilder(null, List.of()).when(condition, result);
  }

  /** {@return a case that compares a base with the value of each branch} */
  static CaseBuilder caseOf(Expr base) {
    return new CaseBuilder(Objects.requireNonNull(base, "base"), List.of());
  }

  /**
   * {@return an expression out of bytes that any DataFusion 55 wrote}
   *
   * @param ctx finds functions by name, and says with its codecs and its policy what may be read
   * @throws DataFusionException if the bytes are not what they should be, or name what is not there
   */
  static Expr fromBytes(SessionContext ctx, byte[] bytes) {
    return ExprBytes.read(ctx.session(), bytes);
  }

  /**
   * {@return an expression out of bytes, read by the worker context, or by the global one where
   * none is set}
   *
   * @throws DataFusionException as with a context
   * @see io.datafusion.exchange.WorkerContext
   */
  static Expr fromBytes(byte[] bytes) {
    return Receiver.read(ctx -> fromBytes(ctx, bytes));
  }

  /**
   * {@return the expression as bytes that any DataFusion 55 reads} Java functions are inside them.
   *
   * @throws UnserializableFunctionException if a function of it cannot travel
   * @throws PlanException if the tree is too deep for a message
   */
  default byte[] toBytes() {
    return ExprBytes.write(this, null);
  }

  /** {@return the expression as bytes, written by the codecs and under the policy of a context} */
  default byte[] toBytes(SessionContext ctx) {
    return ExprBytes.write(this, ctx.session());
  }

  /** {@return the name that a column computed by this expression has in a result} */
  default String canonicalName() {
    return ExprBytes.name(this);
  }

  /** {@return an operation} */
  static Expr operation(Operator operator, Expr... operands) {
    return new Operation(operator, List.of(operands));
  }
}
