package io.datafusion.internal.callable;

import java.lang.classfile.CodeBuilder;

/**
 * How large a loop is, so that it is compiled by itself. The compiler looks fifteen calls deep, and
 * an access to a segment is most of that: a loop that it inlines into the upcall, the scope and
 * what else is around it has none left for what it does for each row, and runs several times
 * slower. It inlines no method that is this large.
 */
final class KernelSize {
  /** HotSpot's {@code FreqInlineSize} is 325 bytes. */
  private static final int PADDING = 352;

  private KernelSize() {}

  /** Ends a method that has returned already. */
  static void pad(CodeBuilder code) {
    for (int i = 0; i < PADDING; i++) {
      code.nop();
    }
    code.aconst_null().athrow();
  }
}
