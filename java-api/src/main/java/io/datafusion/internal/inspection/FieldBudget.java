package io.datafusion.internal.inspection;

/** How many fields are read of one message, with all frames in it. */
final class FieldBudget {
  /** Each costs an object or two; a list of 300,000 constants still fits. */
  private static final int FIELDS = 1_000_000;

  static final String EXCEEDED = "more than " + FIELDS + " fields";

  private long left = FIELDS;

  /** {@return how many more may be read} */
  long left() {
    return left;
  }

  /** {@return whether so many more are within the limit} */
  boolean pays(long fields) {
    left -= fields;
    return left >= 0;
  }
}
