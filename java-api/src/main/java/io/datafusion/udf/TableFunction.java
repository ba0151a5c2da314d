package io.datafusion.udf;

import io.datafusion.DataFrame;
import io.datafusion.SessionContext;
import io.datafusion.internal.NativeTableFunction;
import java.io.Serializable;

/**
 * A Java function from constants to a table, for the FROM clause.
 *
 * <pre>{@code
 * TableFunction since = TableFunction.of("trips_since", (session, arguments) ->
 *     session.table("trips").filter(col("day").gtEq(lit(arguments.value(0, LocalDate.class)))));
 * session.register(since);
 * session.sql("SELECT count(*) FROM trips_since(DATE '2026-01-01')");
 * }</pre>
 *
 * <p>It is called once for each call in a query, while that is planned, and answers the query whose
 * rows the table has: of tables and files, of batches that Java makes ({@link
 * SessionContext#read(org.apache.arrow.vector.ipc.ArrowReader)}), of other calls. Filters, columns
 * and limits of the outer query reach it as they reach a view.
 *
 * <p>In the bytes of a logical plan travels the call: the function, as {@link ScalarUdf} says, and
 * its arguments, not the rows. The receiver makes the call in its own session when the plan is run
 * or its functions are resolved; until then it is planned with the columns that the sender saw, and
 * a call that answers others is an error. A physical plan holds what the call answered, which
 * travels if its tables do.
 */
public sealed interface TableFunction permits NativeTableFunction {

  /** The code of a table function. */
  @FunctionalInterface
  interface Body extends Serializable {
    /**
     * {@return the table of a call}
     *
     * @param session the session that the query is planned in, with its policy and its limits on
     *     SQL; closed after the call
     * @throws Exception which is the cause of what the query throws
     */
    DataFrame table(SessionContext session, TableArguments arguments) throws Exception;
  }

  /**
   * {@return a function of any number of constants}
   *
   * @throws IllegalArgumentException for an empty name
   */
  static TableFunction of(String name, Body body) {
    return NativeTableFunction.of(name, body);
  }

  /** {@return the name that SQL calls it by} */
  String name();

  /**
   * {@return the same function, some of whose classes stay behind, as {@link
   * UserDefinedFunction#withShared} says}
   */
  TableFunction withShared(String... packages);
}
