package io.datafusion.udf;

/** Ranges that were computed. */
record ArrayRanges(int[] starts, int[] ends) implements RowRanges {
  @Override
  public int count() {
    return starts.length;
  }

  @Override
  public int start(int index) {
    return starts[index];
  }

  @Override
  public int end(int index) {
    return ends[index];
  }
}
