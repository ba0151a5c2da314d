package io.datafusion.codec;

import io.datafusion.internal.signing.KeySigner;
import java.security.PrivateKey;
import javax.crypto.SecretKey;

/**
 * Signs the Java functions that a session writes, with one key.
 *
 * <p>A signature covers a function as it travels (its family, wire version and definition, code
 * included), the algorithm and the key id, and nothing else. In front of them stand the ASCII text
 * {@code datafusion-inline frame signature} and the bytes 0 and 1, so that no other message that
 * the key signs can be taken for a function; algorithm and key id each follow their length, 8 bytes
 * little-endian. It says who vouches for the code, not where or when it may run: a signed function
 * is good in any plan, for as long as its key is trusted.
 *
 * <p>May be used by several sessions and threads at once. A key that fails when it is used fails
 * the encode, with what it threw as the cause.
 */
public sealed interface FrameSigner permits KeySigner {
  /**
   * {@return a signer with an Ed25519 key} Readers need its public key only.
   *
   * @param keyId what readers know the key by: 1 to 255 bytes of UTF-8
   * @throws IllegalArgumentException for a key of another kind, or an id of another length
   */
  static FrameSigner ed25519(String keyId, PrivateKey key) {
    return KeySigner.ed25519(keyId, key);
  }

  /**
   * {@return a signer with HMAC-SHA256} Whoever can read can sign, too.
   *
   * @param keyId what readers know the secret by: 1 to 255 bytes of UTF-8
   * @throws IllegalArgumentException for a secret of less than 16 bytes, or an id of another length
   */
  static FrameSigner hmacSha256(String keyId, SecretKey key) {
    return KeySigner.hmacSha256(keyId, key);
  }

  /** {@return what readers know the key by} */
  String keyId();

  /** {@return {@code Ed25519} or {@code HMAC-SHA256}} */
  String algorithm();
}
