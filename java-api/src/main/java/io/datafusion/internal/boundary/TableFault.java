package io.datafusion.internal.boundary;

import java.util.Objects;
import java.util.concurrent.Callable;

/** What the code of a user's table threw: errors name the table, and have that as their cause. */
public final class TableFault extends Exception {
  private static final long serialVersionUID = 1;

  private final String table;

  private TableFault(String table, Throwable thrown) {
    super(null, thrown, false, false);
    this.table = table;
  }

  /** {@return what a user's code answers} */
  public static <T> T naming(String table, Callable<T> code) throws TableFault {
    try {
      return code.call();
    } catch (Throwable thrown) {
      throw new TableFault(table, thrown);
    }
  }

  String table() {
    return table;
  }

  Throwable thrown() {
    return Objects.requireNonNull(getCause());
  }
}
