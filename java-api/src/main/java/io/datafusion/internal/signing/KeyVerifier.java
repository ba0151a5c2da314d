package io.datafusion.internal.signing;

import io.datafusion.codec.FrameVerifier;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.PublicKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKey;

/** The trusted keys by their ids. */
public final class KeyVerifier implements FrameVerifier {
  private final Map<String, Trusted> keys;

  private record Trusted(SignatureAlgorithm algorithm, Key key) {}

  private KeyVerifier(Map<String, Trusted> keys) {
    this.keys = keys;
  }

  /** {@return a verifier that trusts nobody} */
  public static KeyVerifier none() {
    return new KeyVerifier(Map.of());
  }

  @Override
  public FrameVerifier withEd25519(String keyId, PublicKey key) {
    return with(keyId, SignatureAlgorithm.ED25519, key);
  }

  @Override
  public FrameVerifier withHmacSha256(String keyId, SecretKey key) {
    return with(keyId, SignatureAlgorithm.HMAC_SHA256, key);
  }

  private KeyVerifier with(String keyId, SignatureAlgorithm algorithm, Key key) {
    var more = new LinkedHashMap<>(keys);
    if (more.put(keyId, new Trusted(algorithm, algorithm.checked(keyId, key))) != null) {
      throw new IllegalArgumentException("a key '" + keyId + "' is trusted already");
    }
    return new KeyVerifier(Collections.unmodifiableMap(more));
  }

  @Override
  public List<String> keyIds() {
    return List.copyOf(keys.keySet());
  }

  /** {@return what a signature of bytes is worth} */
  public Verdict verify(String algorithm, byte[] keyId, byte[] content, byte[] value)
      throws GeneralSecurityException {
    Trusted trusted = keys.get(text(keyId));
    if (trusted == null) {
      return Verdict.UNKNOWN_KEY;
    }
    if (!trusted.algorithm.label().equals(algorithm)) {
      return Verdict.WRONG_ALGORITHM;
    }
    boolean valid = trusted.algorithm.verify(trusted.key, content, value);
    return valid ? Verdict.VALID : Verdict.ALTERED;
  }

  /** {@return the id as text; bytes that are none are nobody's id} */
  private static String text(byte[] keyId) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(keyId)).toString();
    } catch (CharacterCodingException _) {
      return "";
    }
  }

  @Override
  public String toString() {
    return "keys " + keyIds();
  }
}
