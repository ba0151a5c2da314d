package benchmarks.compare;

import java.util.Arrays;

/**
 * Times of a work.
 *
 * @param nanos nanoseconds a row, of each contestant in each round
 */
record Measured(Work work, double[][] nanos) {
  /** {@return the middle one of the ratios of two in the rounds} */
  double ratio(String of, String against) {
    return quartile(ratios(of, against), 2);
  }

  /** {@return the lower and the upper quartile of those ratios} */
  double[] spread(String of, String against) {
    double[] ratios = ratios(of, against);
    return new double[] {quartile(ratios, 1), quartile(ratios, 3)};
  }

  private double[] ratios(String of, String against) {
    double[] one = nanos[index(of)];
    double[] other = nanos[index(against)];
    double[] ratios = new double[one.length];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] = one[round] / other[round];
    }
    return ratios;
  }

  double median(String contestant) {
    return quartile(nanos[index(contestant)].clone(), 2);
  }

  private int index(String contestant) {
    for (int i = 0; i < work.contestants.size(); i++) {
      if (work.contestants.get(i).name().equals(contestant)) {
        return i;
      }
    }
    throw new IllegalArgumentException(work.name + " has no contestant " + contestant);
  }

  /** Sorts the numbers. */
  private static double quartile(double[] numbers, int quarter) {
    Arrays.sort(numbers);
    double at = (numbers.length - 1) * quarter / 4.0;
    int below = (int) at;
    int above = Math.min(below + 1, numbers.length - 1);
    return numbers[below] + (at - below) * (numbers[above] - numbers[below]);
  }
}
