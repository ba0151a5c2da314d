package benchmarks.compare;

import java.util.ArrayList;
import java.util.List;

/** Work that several contestants do, in turn, with one answer. */
final class Work {
  static final int WARMING_UP = 2;

  final String name;
  final List<Contestant> contestants = new ArrayList<>();
  final List<Goal> goals = new ArrayList<>();
  String note = "";

  Work(String name) {
    this.name = name;
  }

  Work by(String contestant, long rows, Contestant.Run run) {
    contestants.add(new Contestant(contestant, rows, run));
    return this;
  }

  Work goal(String of, String against, double most) {
    return goal(of, against, most, "");
  }

  /** Adds a goal that is known to be missed, with the reason. */
  Work goal(String of, String against, double most, String limit) {
    goals.add(new Goal(of, against, most, limit));
    return this;
  }

  /** Adds what else there is to say. */
  Work note(String text) {
    note = text;
    return this;
  }

  /** Runs all in turn, {@code rounds} times after those of warming up. */
  Measured measured(int rounds) throws Exception {
    double[][] nanos = new double[contestants.size()][rounds];
    System.gc(); // not later: a heap that was shrunk grows again in somebody's turn
    for (int round = -WARMING_UP; round < rounds; round++) {
      Object expected = null;
      for (int i = 0; i < contestants.size(); i++) {
        Contestant contestant = contestants.get(i);
        long start = System.nanoTime();
        Object answer = contestant.run().once();
        long took = System.nanoTime() - start;
        if (round >= 0) {
          nanos[i][round] = (double) took / contestant.rows();
        }
        boolean comparable = contestant.rows() == contestants.getFirst().rows();
        if (expected == null) {
          expected = answer;
        } else if (comparable && !same(expected, answer)) {
          throw new IllegalStateException(
              "%s: %s answers %s, %s answers %s"
                  .formatted(
                      name, contestants.getFirst().name(), expected, contestant.name(), answer));
        }
      }
    }
    return new Measured(this, nanos);
  }

  /** Sums of doubles depend on the order of their summands. */
  private static boolean same(Object one, Object other) {
    if (one.toString().equals(other.toString())) {
      return true;
    }
    try {
      double a = Double.parseDouble(one.toString());
      double b = Double.parseDouble(other.toString());
      return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
