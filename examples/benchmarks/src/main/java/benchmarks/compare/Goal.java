package benchmarks.compare;

/**
 * What a ratio has to be.
 *
 * @param of whose time
 * @param against divided by whose
 * @param most at most this
 */
record Goal(String of, String against, double most) {}
