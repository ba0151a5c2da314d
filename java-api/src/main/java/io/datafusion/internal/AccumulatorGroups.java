package io.datafusion.internal;

import io.datafusion.udf.Accumulator;
import io.datafusion.udf.GroupsAccumulator;
import io.datafusion.udf.VectorArguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.FieldVector;

/** One object a group: each sees the rows of its group, together. */
final class AccumulatorGroups implements GroupsAccumulator {
  /** What a group takes besides what its object says. */
  private static final int OVERHEAD = 24;

  private final Accumulator.Factory factory;
  private final List<Accumulator> accumulators = new ArrayList<>();
  private long bytes;

  AccumulatorGroups(Accumulator.Factory factory) {
    this.factory = factory;
  }

  @FunctionalInterface
  private interface Taking {
    void take(Accumulator accumulator, VectorArguments rows) throws Exception;
  }

  @Override
  public void update(VectorArguments rows, int[] groups, int total) throws Exception {
    each(rows, groups, Accumulator::update);
  }

  @Override
  public void merge(VectorArguments states, int[] groups, int total) throws Exception {
    each(states, groups, Accumulator::merge);
  }

  @Override
  public void retract(VectorArguments rows, int[] groups, int total) throws Exception {
    each(rows, groups, Accumulator::retract);
  }

  private void each(VectorArguments rows, int[] groups, Taking taking) throws Exception {
    try (var split = RowsByGroup.of((RowArguments) rows, groups)) {
      while (split.next()) {
        Accumulator accumulator = of(split.group());
        long before = accumulator.size();
        taking.take(accumulator, split.rows());
        bytes += accumulator.size() - before;
      }
    }
  }

  private Accumulator of(int group) {
    while (accumulators.size() <= group) {
      Accumulator made = factory.make();
      accumulators.add(Objects.requireNonNull(made, "the factory answered null, no Accumulator"));
      bytes += OVERHEAD + made.size();
    }
    return accumulators.get(group);
  }

  @Override
  public void state(int groups, List<FieldVector> states) throws Exception {
    for (int group = 0; group < groups; group++) {
      of(group).state(states, group);
    }
  }

  @Override
  public void evaluate(int groups, FieldVector result) throws Exception {
    for (int group = 0; group < groups; group++) {
      of(group).evaluate(result, group);
    }
  }

  @Override
  public void remove(int groups) {
    List<Accumulator> gone = accumulators.subList(0, Math.min(groups, accumulators.size()));
    for (Accumulator accumulator : gone) {
      bytes -= OVERHEAD + accumulator.size();
    }
    gone.clear();
  }

  @Override
  public long size() {
    return Math.max(0, bytes);
  }
}
