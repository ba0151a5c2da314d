package benchmarks.compare;

/**
 * What a ratio has to be.
 *
 * @param of whose time
 * @param against divided by whose
 * @param most at most this
 * @param limit where the time goes if that is missed, as a profile showed; may be empty
 */
record Goal(String of, String against, double most, String limit) {

  String verdict(double ratio) {
    if (ratio <= most) {
      return "met";
    }
    return limit.isEmpty() ? "**not met**" : "**not met**: " + limit;
  }
}
