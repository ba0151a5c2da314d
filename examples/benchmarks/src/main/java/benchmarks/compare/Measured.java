package benchmarks.compare;

/**
 * Times of a work.
 *
 * @param nanos nanoseconds a row of each contestant, ascending
 */
record Measured(Work work, double[][] nanos) {
  /** {@return the middle time of one by that of another, or NaN where one of them is missing} */
  double ratio(String of, String against) {
    return median(of) / median(against);
  }

  /** {@return the least and the greatest that the ratio could be by the times that were seen} */
  double[] spread(String of, String against) {
    double[] one = nanos[index(of)];
    double[] other = nanos[index(against)];
    return new double[] {
      quartile(one, 1) / quartile(other, 3), quartile(one, 3) / quartile(other, 1)
    };
  }

  double median(String contestant) {
    return quartile(nanos[index(contestant)], 2);
  }

  private int index(String contestant) {
    for (int i = 0; i < work.contestants.size(); i++) {
      if (work.contestants.get(i).name().equals(contestant)) {
        return i;
      }
    }
    throw new IllegalArgumentException(work.name + " has no contestant " + contestant);
  }

  private static double quartile(double[] ascending, int quarter) {
    double at = (ascending.length - 1) * quarter / 4.0;
    int below = (int) at;
    int above = Math.min(below + 1, ascending.length - 1);
    return ascending[below] + (at - below) * (ascending[above] - ascending[below]);
  }
}
