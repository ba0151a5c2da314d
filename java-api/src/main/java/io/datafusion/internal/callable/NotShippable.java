package io.datafusion.internal.callable;

/**
 * A function or a table that cannot travel: which part of it, of which class, why, and what to do
 * about it.
 */
public final class NotShippable extends CallableException {
  private static final long serialVersionUID = 1;

  private final String part;
  private final String className;

  NotShippable(Object part, String className, String reason) {
    super(part + " (" + className + ") " + reason);
    this.part = part.toString();
    this.className = className;
  }

  NotShippable(Object travelling, String reason, Throwable cause) {
    String type = travelling.getClass().getName();
    super(Part.root(travelling) + " (" + type + ") " + reason, cause);
    this.part = Part.root(travelling).toString();
    this.className = type;
  }

  /** {@return the offending part, such as {@code captured variable 'rates', field 'lock'}} */
  public String part() {
    return part;
  }

  /** {@return the name of the class of that part} */
  public String className() {
    return className;
  }
}
