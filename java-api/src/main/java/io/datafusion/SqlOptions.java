package io.datafusion;

/**
 * What SQL text may do besides asking.
 *
 * @param ddl CREATE, DROP
 * @param dml INSERT, COPY, UPDATE, DELETE
 * @param statements SET, transactions, PREPARE
 */
public record SqlOptions(boolean ddl, boolean dml, boolean statements) {
  /** {@return everything} */
  public static SqlOptions all() {
    return new SqlOptions(true, true, true);
  }

  /** {@return nothing but queries} */
  public static SqlOptions queries() {
    return new SqlOptions(false, false, false);
  }

  /** {@return the options with CREATE and DROP allowed or refused} */
  public SqlOptions withDdl(boolean allowed) {
    return new SqlOptions(allowed, dml, statements);
  }

  /** {@return the options with INSERT, COPY, UPDATE and DELETE allowed or refused} */
  public SqlOptions withDml(boolean allowed) {
    return new SqlOptions(ddl, allowed, statements);
  }

  /** {@return the options with SET and its like allowed or refused} */
  public SqlOptions withStatements(boolean allowed) {
    return new SqlOptions(ddl, dml, allowed);
  }
}
