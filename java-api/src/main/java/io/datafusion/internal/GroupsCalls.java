package io.datafusion.internal;

import io.datafusion.internal.boundary.AggregateUpcalls;
import io.datafusion.udf.GroupsAccumulator;
import io.datafusion.udf.VectorArguments;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/** The states of a call, in one object of the user's. */
record GroupsCalls(AggregateFields fields, GroupsAccumulator states)
    implements AggregateUpcalls.Groups {

  @Override
  public void update(MemorySegment columns, int[] groups, int total) throws Exception {
    try (VectorBatch batch = VectorBatch.of(fields.arguments(), columns)) {
      states.update(rows(batch, fields.arguments()), groups, total);
    }
  }

  @Override
  public void merge(MemorySegment columns, int[] groups, int total) throws Exception {
    try (VectorBatch batch = VectorBatch.of(fields.state(), columns)) {
      states.merge(rows(batch, fields.state()), groups, total);
    }
  }

  @Override
  public void retract(MemorySegment columns, int[] groups, int total) throws Exception {
    try (VectorBatch batch = VectorBatch.of(fields.arguments(), columns)) {
      states.retract(rows(batch, fields.arguments()), groups, total);
    }
  }

  private VectorArguments rows(VectorBatch batch, List<Field> columns) {
    return RowArguments.of(batch, columns, fields.result());
  }

  @Override
  public void evaluate(int groups, MemorySegment results) throws Exception {
    var fields = List.of(this.fields.result());
    try (var vectors = VectorResults.of(this.fields.name(), fields, groups)) {
      states.evaluate(groups, vectors.vectors().getFirst());
      vectors.push(groups, results);
    }
  }

  @Override
  public void state(int groups, MemorySegment results) throws Exception {
    try (var vectors = VectorResults.of(fields.name(), fields.state(), groups)) {
      states.state(groups, vectors.vectors());
      vectors.push(groups, results);
    }
  }

  @Override
  public void remove(int groups) {
    states.remove(groups);
  }

  @Override
  public long size() {
    return states.size();
  }
}
