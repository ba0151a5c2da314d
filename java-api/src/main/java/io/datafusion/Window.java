package io.datafusion;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a window call is computed over.
 *
 * @param partitionBy keys; a call sees the rows with its own row's keys
 * @param orderBy the order inside a partition
 * @param frame the rows around the current one; none is the engine's default
 */
public record Window(List<Expr> partitionBy, List<SortExpr> orderBy, Optional<WindowFrame> frame) {
  /** Copies the lists. */
  public Window {
    partitionBy = List.copyOf(partitionBy);
    orderBy = List.copyOf(orderBy);
    Objects.requireNonNull(frame, "frame");
  }

  /** {@return the window of all rows} */
  public static Window of() {
    return new Window(List.of(), List.of(), Optional.empty());
  }

  /** {@return the window with partition keys} */
  public Window withPartitionBy(Expr... keys) {
    return new Window(List.of(keys), orderBy, frame);
  }

  /** {@return the window with an order} */
  public Window withOrderBy(SortExpr... keys) {
    return new Window(partitionBy, List.of(keys), frame);
  }

  /** {@return the window with a frame} */
  public Window withFrame(WindowFrame rows) {
    return new Window(partitionBy, orderBy, Optional.of(rows));
  }
}
