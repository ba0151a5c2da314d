package io.datafusion.codec;

/** Is told which codec of a session wrote or read each payload inside the bytes of plans. */
@FunctionalInterface
public interface CodecTrace {
  /**
   * A payload.
   *
   * @param written whether it was written, not read
   * @param codec the id of the codec; {@code io.datafusion.inline} for what this library inlines,
   *     {@code default} for the engine's own codec
   * @param subject what the payload stands for: {@code scalar function 'f'}
   * @param byteCount the codec's own bytes, without its mark; 0 for what goes by name
   */
  record Event(boolean written, String codec, String subject, long byteCount) {}

  /** Called on the thread that writes or reads, once a payload; what it throws is ignored. */
  void payload(Event event);
}
