package samples;

/** Must not travel with any function. */
final class Unreachable extends java.util.ArrayList<Object> {
  Unreachable(double rate) {
    super((int) rate);
  }
}
