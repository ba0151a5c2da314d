package io.datafusion.codec;

/** How a function is written in a message. */
public sealed interface FunctionForm {
  /** {@return the bytes that it takes, without the envelopes of codecs} */
  int size();

  /**
   * Its name alone: the engine's own, or one that the reader has registered.
   *
   * @param empty whether the message has a definition, without bytes, which asks the reader's
   *     codecs and not its registry
   */
  record ByName(boolean empty) implements FunctionForm {
    @Override
    public int size() {
      return 0;
    }
  }

  /**
   * Its definition and its code.
   *
   * @param frame both
   */
  record Inlined(FunctionFrame frame) implements FunctionForm {
    @Override
    public int size() {
      return frame.size();
    }
  }

  /**
   * A function of the Python package, which only Python reads.
   *
   * @param family the first 7 bytes, which say the kind: {@code DFPYUDF}, {@code DFPYUDA}, {@code
   *     DFPYUDW}
   * @param release of Python that wrote it and has to read it: {@code 3.12}
   * @param size in bytes
   */
  record Python(String family, String release, int size) implements FunctionForm {}

  /**
   * Bytes that only a codec understands.
   *
   * @param size how many
   * @param head the first 16 in hexadecimal
   */
  record Opaque(int size, String head) implements FunctionForm {}
}
