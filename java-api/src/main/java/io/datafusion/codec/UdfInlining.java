package io.datafusion.codec;

/**
 * Whether Java functions travel inside the bytes of expressions and plans. It belongs to a session
 * value and holds for everything that it reads and writes.
 */
public sealed interface UdfInlining {
  /** Functions travel inside the bytes, and are taken out of them. */
  record Enabled() implements UdfInlining {}

  /** Functions travel by name only; bytes with a function inside are refused. */
  record Disabled() implements UdfInlining {}

  /** {@return functions inside the bytes: the default} */
  static UdfInlining enabled() {
    return new Enabled();
  }

  /**
   * {@return functions by name only} The reader must have registered them. Bytes that hold a
   * function are an {@link io.datafusion.InliningRefusedException} before anything of it is looked
   * at.
   */
  static UdfInlining disabled() {
    return new Disabled();
  }
}
