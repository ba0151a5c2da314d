package io.datafusion.codec;

import io.datafusion.internal.signing.KeyVerifier;
import java.security.PublicKey;
import java.util.List;
import javax.crypto.SecretKey;

/**
 * Verifies the Java functions that a session reads, by the keys that it trusts.
 *
 * <p>A function names the key that signed it. It is let in if a key of that id is here, is for the
 * algorithm that the function names, and signed exactly this function: see {@link FrameSigner}. To
 * replace a key, trust the new one beside the old one, let the senders change, then leave the old
 * one out:
 *
 * {@snippet :
 * FrameVerifier both = FrameVerifier.ed25519("2026-1", retiring).withEd25519("2026-2", next);
 * FrameVerifier after = FrameVerifier.ed25519("2026-2", next);
 * }
 *
 * <p>Immutable; may be used by several sessions and threads at once.
 */
public sealed interface FrameVerifier permits KeyVerifier {
  /**
   * {@return a verifier that trusts one Ed25519 key}
   *
   * @param keyId what senders call the key: 1 to 255 bytes of UTF-8
   * @throws IllegalArgumentException for a key of another kind, or an id of another length
   */
  static FrameVerifier ed25519(String keyId, PublicKey key) {
    return KeyVerifier.none().withEd25519(keyId, key);
  }

  /**
   * {@return a verifier that trusts one HMAC-SHA256 secret}
   *
   * @param keyId what senders call the secret: 1 to 255 bytes of UTF-8
   * @throws IllegalArgumentException for a secret of less than 16 bytes, or an id of another length
   */
  static FrameVerifier hmacSha256(String keyId, SecretKey key) {
    return KeyVerifier.none().withHmacSha256(keyId, key);
  }

  /**
   * {@return a verifier that trusts another Ed25519 key, too}
   *
   * @throws IllegalArgumentException for a key of another kind, or an id that is taken
   */
  FrameVerifier withEd25519(String keyId, PublicKey key);

  /**
   * {@return a verifier that trusts another HMAC-SHA256 secret, too}
   *
   * @throws IllegalArgumentException for a secret of less than 16 bytes, or an id that is taken
   */
  FrameVerifier withHmacSha256(String keyId, SecretKey key);

  /** {@return the ids of the keys that are trusted, in the order in which they were given} */
  List<String> keyIds();
}
