package benchmarks.compare;

/**
 * Who does a work, and how.
 *
 * @param name what stands in the table
 * @param rows how many rows one run takes; times are compared per row
 * @param run answers what came out, which is checked to be what the others answer
 */
record Contestant(String name, long rows, Run run) {
  /** One run of a work. */
  @FunctionalInterface
  interface Run {
    Object once() throws Exception;
  }
}
