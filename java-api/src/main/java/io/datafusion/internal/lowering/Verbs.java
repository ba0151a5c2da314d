package io.datafusion.internal.lowering;

import io.datafusion.Expr;
import io.datafusion.Join;
import io.datafusion.SortExpr;
import io.datafusion.internal.Frame;
import io.datafusion.internal.Texts;
import io.datafusion.internal.message.AggregateVerb;
import io.datafusion.internal.message.DataFrameVerb;
import io.datafusion.internal.message.DistinctOnVerb;
import io.datafusion.internal.message.EmptyVerb;
import io.datafusion.internal.message.ExplainVerb;
import io.datafusion.internal.message.JoinVerb;
import io.datafusion.internal.message.LimitVerb;
import io.datafusion.internal.message.NamesVerb;
import io.datafusion.internal.message.RenameVerb;
import io.datafusion.internal.message.RepartitionVerb;
import io.datafusion.internal.message.SetVerb;
import io.datafusion.internal.message.UnnestVerb;
import io.datafusion.internal.message.WithColumnVerb;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The verbs of a data frame as messages, each carried out in one downcall. */
public final class Verbs {
  private static final EmptyVerb EMPTY = EmptyVerb.getDefaultInstance();

  /** Writes a verb with the programs that a lowering makes. */
  private interface Writer {
    void write(DataFrameVerb.Builder verb, Lowering lowering);
  }

  private Verbs() {}

  private static Frame apply(Frame frame, Writer writer) {
    return apply(frame, null, writer);
  }

  private static Frame apply(Frame frame, @Nullable Frame other, Writer writer) {
    Lowering lowering = frame.lowering();
    var verb = DataFrameVerb.newBuilder();
    writer.write(verb, lowering);
    return frame.apply(verb.build(), lowering, other);
  }

  /** {@return the frame of expressions} */
  public static Frame select(Frame frame, List<Expr> exprs) {
    return apply(frame, (verb, lowering) -> verb.setSelect(lowering.exprs(exprs)));
  }

  /** {@return the frame with window calls as further columns} */
  public static Frame window(Frame frame, List<Expr> calls) {
    return apply(frame, (verb, lowering) -> verb.setWindow(lowering.exprs(calls)));
  }

  /** {@return the rows for which a condition holds} */
  public static Frame filter(Frame frame, Expr condition) {
    return apply(frame, (verb, lowering) -> verb.setFilter(lowering.expr(condition)));
  }

  /** {@return a row a group} */
  public static Frame aggregate(Frame frame, List<Expr> groups, List<Expr> aggregates) {
    var both = new ArrayList<>(groups);
    both.addAll(aggregates);
    return apply(
        frame,
        (verb, lowering) ->
            verb.setAggregate(
                AggregateVerb.newBuilder()
                    .setExprs(lowering.exprs(both))
                    .setGroups(groups.size())));
  }

  /** {@return two frames put together} */
  public static Frame join(Frame frame, Frame right, Join join) {
    return apply(
        frame,
        right,
        (verb, lowering) -> {
          var message =
              JoinVerb.newBuilder()
                  .setKind(JoinVerb.Kind.valueOf(join.kind().name()))
                  .addAllLeftColumns(join.left())
                  .addAllRightColumns(join.right());
          if (!join.condition().isEmpty()) {
            message.setOn(lowering.exprs(join.condition()));
          }
          verb.setJoin(message);
        });
  }

  /** {@return the rows in an order} */
  public static Frame sort(Frame frame, List<SortExpr> keys) {
    return apply(frame, (verb, lowering) -> verb.setSort(lowering.sorts(keys)));
  }

  /** {@return a part of the rows} */
  public static Frame limit(Frame frame, long skip, OptionalLong fetch) {
    var limit = LimitVerb.newBuilder().setSkip(skip);
    fetch.ifPresent(limit::setFetch);
    return apply(frame, (verb, _) -> verb.setLimit(limit));
  }

  /** {@return rows that differ} */
  public static Frame distinct(Frame frame) {
    return apply(frame, (verb, _) -> verb.setDistinct(EMPTY));
  }

  /** {@return the first row of each group of rows with equal keys} */
  public static Frame distinctOn(
      Frame frame, List<Expr> on, List<Expr> select, List<SortExpr> sort) {
    var exprs = new ArrayList<>(on);
    exprs.addAll(select);
    return apply(
        frame,
        (verb, lowering) ->
            verb.setDistinctOn(
                DistinctOnVerb.newBuilder()
                    .setExprs(lowering.exprsThenSorts(exprs, sort))
                    .setOn(on.size())
                    .setSelect(select.size())));
  }

  /** {@return two frames as sets or bags of rows} */
  public static Frame set(Frame frame, Frame other, SetVerb.Kind kind) {
    return apply(frame, other, (verb, _) -> verb.setSet(SetVerb.newBuilder().setKind(kind)));
  }

  /** {@return the frame with one more column, or another one of that name} */
  public static Frame withColumn(Frame frame, String name, Expr expr) {
    return apply(
        frame,
        (verb, lowering) ->
            verb.setWithColumn(
                WithColumnVerb.newBuilder()
                    .setName(Texts.check(name, "the name of a column"))
                    .setExpr(lowering.expr(expr))));
  }

  /** {@return the frame with a column under another name} */
  public static Frame rename(Frame frame, String from, String to) {
    var rename =
        RenameVerb.newBuilder()
            .setFrom(Texts.check(from, "the name of a column"))
            .setTo(Texts.check(to, "the name of a column"));
    return apply(frame, (verb, _) -> verb.setRename(rename));
  }

  /** {@return the frame without columns} */
  public static Frame drop(Frame frame, List<String> names) {
    var drop = NamesVerb.newBuilder().addAllNames(Texts.check(names, "the name of a column"));
    return apply(frame, (verb, _) -> verb.setDropColumns(drop));
  }

  /** {@return a row an element of lists} */
  public static Frame unnest(Frame frame, List<String> columns, boolean preserveNulls) {
    var unnest =
        UnnestVerb.newBuilder()
            .addAllColumns(Texts.check(columns, "the name of a column"))
            .setPreserveNulls(preserveNulls);
    return apply(frame, (verb, _) -> verb.setUnnest(unnest));
  }

  /** {@return the frame under another qualifier} */
  public static Frame alias(Frame frame, String name) {
    return apply(frame, (verb, _) -> verb.setAlias(Texts.check(name, "the name of a table")));
  }

  /** {@return the frame in a number of partitions} */
  public static Frame repartition(Frame frame, int partitions, List<Expr> by) {
    return apply(
        frame,
        (verb, lowering) -> {
          var repartition = RepartitionVerb.newBuilder().setPartitions(partitions);
          if (!by.isEmpty()) {
            repartition.setBy(lowering.exprs(by));
          }
          verb.setRepartition(repartition);
        });
  }

  /** {@return statistics of the columns} */
  public static Frame describe(Frame frame) {
    return apply(frame, (verb, _) -> verb.setDescribe(EMPTY));
  }

  /** {@return the plans as rows} */
  public static Frame explain(Frame frame, boolean verbose, boolean analyze) {
    var explain = ExplainVerb.newBuilder().setVerbose(verbose).setAnalyze(analyze);
    return apply(frame, (verb, _) -> verb.setExplain(explain));
  }

  /** {@return the rows, computed and held in memory} */
  public static Frame cache(Frame frame) {
    return apply(frame, (verb, _) -> verb.setCache(EMPTY));
  }
}
