package io.datafusion.codec;

import io.datafusion.udf.Volatility;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A function inside a message.
 *
 * @param family the first 7 bytes, which say the kind: {@code DFJVUDF} scalar, {@code DFJVUDA}
 *     aggregate, {@code DFJVUDW} window, {@code DFJVUDT} table
 * @param size in bytes
 * @param sha256 its digest in hexadecimal, computed here; equal digests are equal functions
 * @param verified whether the frame says the same digest
 * @param signed who signed it, if somebody did; inspection has no keys and does not check it
 * @param definition what planning knows of it
 * @param code what brings it to life
 */
public record FunctionFrame(
    String family,
    int size,
    String sha256,
    boolean verified,
    Optional<Signature> signed,
    Definition definition,
    Code code) {

  /**
   * Who signed a frame.
   *
   * @param algorithm {@code Ed25519}, {@code HMAC-SHA256}
   * @param key the id of the key, in hexadecimal
   * @param size of the signature in bytes
   */
  public record Signature(String algorithm, String key, int size) {}

  /**
   * What planning knows of a function.
   *
   * @param name its own name, which should be that of the call
   * @param aliases its other names
   * @param volatility empty where it is not said, which no engine accepts
   * @param signature what it takes, in the engine's terms: {@code exact(Float64)}
   * @param arguments its declared arguments, if it declares any
   * @param result what it answers; empty where that is computed from the arguments
   * @param state what its partial state holds, if it is an aggregate
   */
  public record Definition(
      String name,
      List<String> aliases,
      Optional<Volatility> volatility,
      String signature,
      List<Field> arguments,
      Optional<Field> result,
      List<Field> state) {
    /** Copies the lists. */
    public Definition {
      aliases = List.copyOf(aliases);
      arguments = List.copyOf(arguments);
      state = List.copyOf(state);
    }
  }

  /**
   * What brings a function to life.
   *
   * @param codec what reads it: {@code java}
   * @param size of what it reads besides the units, in bytes
   * @param release of the runtime that the carried units need; 0 where it says none
   * @param carried the classes that travel with it
   * @param referenced the classes that the reader must have
   */
  public record Code(
      String codec, int size, int release, List<Unit> carried, List<Unit> referenced) {
    /** Copies the lists. */
    public Code {
      carried = List.copyOf(carried);
      referenced = List.copyOf(referenced);
    }
  }

  /**
   * A class, or what is one in another runtime.
   *
   * @param name its name
   * @param size of its code in bytes; 0 where it does not travel
   * @param sha256 the digest that the frame says, in hexadecimal
   * @param verified whether that is the digest of the code; never where no code travels
   */
  public record Unit(String name, int size, String sha256, boolean verified) {}
}
