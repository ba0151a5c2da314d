package user;

import io.datafusion.udf.ScalarFunction1;

/** Answers how often it was called, by itself and with all others of its class. */
final class Counting implements ScalarFunction1<Long, Long> {
  private static final long serialVersionUID = 1L;

  /** What stands for this in a class file becomes another number, so that it is another class. */
  static final long MARK = 7_777_777_777L;

  private static long inClass;

  private final long base;
  private long own;

  Counting(long base) {
    this.base = base;
  }

  @Override
  public Long apply(Long a) {
    inClass++;
    own++;
    return answer(MARK, base, inClass, own);
  }

  static long answer(long mark, long base, long inClass, long own) {
    return mark * 1_000_000 + base * 10_000 + inClass * 100 + own;
  }
}
