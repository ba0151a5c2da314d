package io.datafusion;

import io.datafusion.internal.Frame;
import io.datafusion.internal.Session;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.lowering.Verbs;
import io.datafusion.internal.message.SetVerb;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A query on its way: each verb makes another frame, and nothing runs until rows are asked for. An
 * immutable value, freed by the collector; using one never spoils another.
 *
 * <p>A verb plans at once, so a wrong name or type is a {@link PlanException} or {@link
 * SchemaException} where it stands. Names of columns are taken as they are: no dots or quotes are
 * read in them.
 */
public final class DataFrame {
  private final Frame frame;

  DataFrame(Session session, NativeHandle handle) {
    this(new Frame(session, handle));
  }

  private DataFrame(Frame frame) {
    this.frame = frame;
  }

  NativeHandle handle() {
    return frame.handle();
  }

  /** {@return the frame of some columns} */
  public DataFrame select(String... columns) {
    return select(List.of(columns).stream().<Expr>map(Expr::col).toList());
  }

  /** {@return the frame of expressions} */
  public DataFrame select(Expr... exprs) {
    return select(List.of(exprs));
  }

  /** {@return the frame of expressions} */
  public DataFrame select(List<Expr> exprs) {
    return new DataFrame(Verbs.select(frame, List.copyOf(exprs)));
  }

  /** {@return the frame with window calls as further columns} */
  public DataFrame window(Expr... calls) {
    return new DataFrame(Verbs.window(frame, List.of(calls)));
  }

  /** {@return the rows for which a condition is true} */
  public DataFrame filter(Expr condition) {
    return new DataFrame(Verbs.filter(frame, Objects.requireNonNull(condition, "condition")));
  }

  /**
   * {@return a row for each combination of keys}
   *
   * @param groups the keys; none: one row for everything
   * @param aggregates calls of aggregates
   */
  public DataFrame aggregate(List<Expr> groups, List<Expr> aggregates) {
    return new DataFrame(Verbs.aggregate(frame, List.copyOf(groups), List.copyOf(aggregates)));
  }

  /** {@return this frame put together with another one} */
  public DataFrame join(DataFrame right, Join join) {
    return new DataFrame(Verbs.join(frame, right.frame, join));
  }

  /**
   * {@return the rows in an order}
   *
   * @throws IllegalArgumentException if there is no key
   */
  public DataFrame sort(SortExpr... keys) {
    requireSome(keys.length, "sort key");
    return new DataFrame(Verbs.sort(frame, List.of(keys)));
  }

  /** {@return the first rows} */
  public DataFrame limit(long rows) {
    return limit(0, rows);
  }

  /** {@return the rows after some that are skipped, a number of them at most} */
  public DataFrame limit(long skip, long rows) {
    requireNatural(skip, "skip");
    requireNatural(rows, "rows");
    return new DataFrame(Verbs.limit(frame, skip, OptionalLong.of(rows)));
  }

  /** {@return the rows after some that are skipped} */
  public DataFrame skip(long rows) {
    requireNatural(rows, "rows");
    return new DataFrame(Verbs.limit(frame, rows, OptionalLong.empty()));
  }

  /** {@return rows that differ} */
  public DataFrame distinct() {
    return new DataFrame(Verbs.distinct(frame));
  }

  /**
   * {@return one row for each combination of keys}
   *
   * @param on the keys
   * @param select what the result has
   * @param sort which row comes first, and is taken; it begins with the keys, or is empty
   */
  public DataFrame distinctOn(List<Expr> on, List<Expr> select, List<SortExpr> sort) {
    return new DataFrame(
        Verbs.distinctOn(frame, List.copyOf(on), List.copyOf(select), List.copyOf(sort)));
  }

  /** {@return the rows of both, column by column; equal rows stay} */
  public DataFrame union(DataFrame other) {
    return set(other, SetVerb.Kind.UNION);
  }

  /** {@return the different rows of both, column by column} */
  public DataFrame unionDistinct(DataFrame other) {
    return set(other, SetVerb.Kind.UNION_DISTINCT);
  }

  /** {@return the rows of both, columns matched by name; equal rows stay} */
  public DataFrame unionByName(DataFrame other) {
    return set(other, SetVerb.Kind.UNION_BY_NAME);
  }

  /** {@return the different rows of both, columns matched by name} */
  public DataFrame unionByNameDistinct(DataFrame other) {
    return set(other, SetVerb.Kind.UNION_BY_NAME_DISTINCT);
  }

  /** {@return the different rows that both have} */
  public DataFrame intersect(DataFrame other) {
    return set(other, SetVerb.Kind.INTERSECT);
  }

  /** {@return the rows of this frame that the other one has; equal rows stay} */
  public DataFrame intersectAll(DataFrame other) {
    return set(other, SetVerb.Kind.INTERSECT_ALL);
  }

  /** {@return the different rows that only this frame has} */
  public DataFrame except(DataFrame other) {
    return set(other, SetVerb.Kind.EXCEPT);
  }

  /** {@return the rows that only this frame has; equal rows stay} */
  public DataFrame exceptAll(DataFrame other) {
    return set(other, SetVerb.Kind.EXCEPT_ALL);
  }

  private DataFrame set(DataFrame other, SetVerb.Kind kind) {
    return new DataFrame(Verbs.set(frame, other.frame, kind));
  }

  /** {@return the frame with one more column, or with another one in place of that name} */
  public DataFrame withColumn(String name, Expr expr) {
    return new DataFrame(
        Verbs.withColumn(
            frame, Objects.requireNonNull(name, "name"), Objects.requireNonNull(expr, "expr")));
  }

  /** {@return the frame with a column under another name} */
  public DataFrame renameColumn(String from, String to) {
    return new DataFrame(Verbs.rename(frame, from, to));
  }

  /** {@return the frame without some columns} */
  public DataFrame dropColumns(String... columns) {
    return new DataFrame(Verbs.drop(frame, List.of(columns)));
  }

  /**
   * {@return a row for each element of lists; a null list stays as a row of null}
   *
   * @throws IllegalArgumentException if there is no column
   */
  public DataFrame unnest(String... columns) {
    requireSome(columns.length, "column");
    return new DataFrame(Verbs.unnest(frame, List.of(columns), true));
  }

  /**
   * {@return a row for each element of lists; a null list leaves no row}
   *
   * @throws IllegalArgumentException if there is no column
   */
  public DataFrame unnestNonNull(String... columns) {
    requireSome(columns.length, "column");
    return new DataFrame(Verbs.unnest(frame, List.of(columns), false));
  }

  /** {@return the frame as a table of another name, for {@code col(name, column)}} */
  public DataFrame alias(String name) {
    return new DataFrame(Verbs.alias(frame, Objects.requireNonNull(name, "name")));
  }

  /**
   * {@return the frame in a number of partitions}
   *
   * @param by rows with equal values here come into one partition; none: in turn
   */
  public DataFrame repartition(int partitions, Expr... by) {
    if (partitions < 1) {
      throw new IllegalArgumentException(partitions + " partitions");
    }
    return new DataFrame(Verbs.repartition(frame, partitions, List.of(by)));
  }

  /**
   * {@return statistics of the columns: count, nulls, mean, deviation, smallest, largest, median}
   */
  public DataFrame describe() {
    return new DataFrame(Verbs.describe(frame));
  }

  /** {@return the plans of this query as rows} */
  public DataFrame explain() {
    return explain(false, false);
  }

  /**
   * {@return the plans of this query as rows}
   *
   * @param verbose with every step of planning
   * @param analyze run, with what each operator took
   */
  public DataFrame explain(boolean verbose, boolean analyze) {
    return new DataFrame(Verbs.explain(frame, verbose, analyze));
  }

  /** {@return the rows, computed by this call and held in memory as long as the frame is} */
  public DataFrame cache() {
    return new DataFrame(Verbs.cache(frame));
  }

  /**
   * {@return the columns, as batches have them} Decimals of 32 and 64 bits, for which Arrow Java
   * has no vectors, come in 128 bits.
   *
   * @throws UnsupportedOperationException as {@link BatchStream#schema}
   * @throws PlanException as {@link BatchStream#schema}
   */
  public Schema schema() {
    return frame.schema();
  }

  /** {@return what the query means, as it was made} */
  public LogicalPlan logicalPlan() {
    return new LogicalPlan(frame.logicalPlan(false));
  }

  /** {@return what the query means, after the engine's optimizer} */
  public LogicalPlan optimizedPlan() {
    return new LogicalPlan(frame.logicalPlan(true));
  }

  /** {@return how the query runs} */
  public ExecutionPlan executionPlan() {
    return new ExecutionPlan(frame.executionPlan());
  }

  /** {@return the rows, running} */
  public BatchStream execute() {
    return new BatchStream(frame.execute());
  }

  /** {@return the number of rows; runs the query} */
  public long count() {
    return frame.count();
  }

  /** Prints the first 20 rows to standard output. */
  public void show() {
    show(20);
  }

  /** Prints the first rows to standard output. */
  public void show(long rows) {
    System.out.println(toText(rows));
  }

  /** {@return the first rows as a table of text; runs the query} */
  public String toText(long rows) {
    requireNatural(rows, "rows");
    return frame.text(rows);
  }

  /**
   * {@return the number of rows written to files; runs the query}
   *
   * @throws DataFusionException if it cannot be written there; the engine says so with more than
   *     one class, {@link ObjectStoreException} and {@link InternalException} among them
   */
  public long write(FileSink sink) {
    return frame.write(sink);
  }

  /** {@return the query's root as one line} It does not run the query. */
  @Override
  public String toString() {
    return "DataFrame: " + logicalPlan();
  }

  private static void requireSome(int count, String what) {
    if (count == 0) {
      throw new IllegalArgumentException("no " + what);
    }
  }

  private static void requireNatural(long value, String name) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " is " + value);
    }
  }
}
