package io.datafusion.internal.signing;

import io.datafusion.codec.FrameSigner;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.PrivateKey;
import javax.crypto.SecretKey;

/** A key under its id, which its text does not show. */
public final class KeySigner implements FrameSigner {
  private final String keyId;
  private final SignatureAlgorithm algorithm;
  private final Key key;

  private KeySigner(String keyId, SignatureAlgorithm algorithm, Key key) {
    this.keyId = keyId;
    this.algorithm = algorithm;
    this.key = algorithm.checked(keyId, key);
  }

  /** {@return a signer with an Ed25519 key} */
  public static KeySigner ed25519(String keyId, PrivateKey key) {
    return new KeySigner(keyId, SignatureAlgorithm.ED25519, key);
  }

  /** {@return a signer with a secret} */
  public static KeySigner hmacSha256(String keyId, SecretKey key) {
    return new KeySigner(keyId, SignatureAlgorithm.HMAC_SHA256, key);
  }

  @Override
  public String keyId() {
    return keyId;
  }

  @Override
  public String algorithm() {
    return algorithm.label();
  }

  /** {@return the signature of bytes} */
  public byte[] sign(byte[] content) throws GeneralSecurityException {
    return algorithm.sign(key, content);
  }

  @Override
  public String toString() {
    return algorithm() + " key '" + keyId + "'";
  }
}
