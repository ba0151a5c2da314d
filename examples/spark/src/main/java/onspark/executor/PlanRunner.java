package onspark.executor;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;

/** Runs logical plans, for {@code mapPartitions} over their bytes. */
public final class PlanRunner implements FlatMapFunction<Iterator<byte[]>, Evaluated> {
  private static final long serialVersionUID = 1;

  /** {@return the rows of each plan} */
  @Override
  public Iterator<Evaluated> call(Iterator<byte[]> plans) throws Exception {
    List<Evaluated> results = new ArrayList<>();
    while (plans.hasNext()) {
      results.add(Evaluated.here(Engine.rows(plans.next())));
    }
    return results.iterator();
  }
}
