package io.datafusion.internal.callable;

/**
 * A function that cannot travel: which part of it, of which class, why, and what to do about it.
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

  NotShippable(String className, String reason, Throwable cause) {
    super(Part.ROOT + " (" + className + ") " + reason, cause);
    this.part = Part.ROOT.toString();
    this.className = className;
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
