package io.datafusion.internal.callable;

import com.google.protobuf.ByteString;
import io.datafusion.internal.message.Callable;

/** Makes functions of what {@link CallableEncoder} wrote. */
public final class CallableDecoder {
  private CallableDecoder() {}

  /**
   * {@return the function, made anew or the one that still lives under that digest}
   *
   * @param digest of the function, the key of a weak cache
   * @param callable what {@link Encoded#toMessage()} gave
   * @param parent where the classes that did not travel are found
   * @throws MalformedCallable if anything in the message is wrong; no class was defined then
   * @throws MissingCode if this JVM lacks a class that did not travel, or is older than the code
   */
  public static Object decode(ByteString digest, Callable callable, ClassLoader parent)
      throws MalformedCallable, MissingCode {
    throw new MissingCode(digest + " " + callable + parent);
  }
}
