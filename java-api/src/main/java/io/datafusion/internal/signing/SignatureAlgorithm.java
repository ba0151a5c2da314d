package io.datafusion.internal.signing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** How functions are signed. */
enum SignatureAlgorithm {
  ED25519("Ed25519", "Ed25519") {
    @Override
    byte[] sign(Key key, byte[] content) throws GeneralSecurityException {
      Signature signature = signing((PrivateKey) key);
      signature.update(content);
      return signature.sign();
    }

    @Override
    boolean verify(Key key, byte[] content, byte[] value) throws GeneralSecurityException {
      Signature signature = verifying((PublicKey) key);
      signature.update(content);
      try {
        return signature.verify(value);
      } catch (SignatureException _) {
        // bytes that are no signature at all
        return false;
      }
    }

    @Override
    void check(Key key) throws GeneralSecurityException {
      if (key instanceof PrivateKey signs) {
        signing(signs);
      } else {
        verifying((PublicKey) key);
      }
    }
  },

  HMAC_SHA256("HMAC-SHA256", "HmacSHA256") {
    @Override
    byte[] sign(Key key, byte[] content) throws GeneralSecurityException {
      return mac((SecretKey) key).doFinal(content);
    }

    @Override
    boolean verify(Key key, byte[] content, byte[] value) throws GeneralSecurityException {
      return MessageDigest.isEqual(sign(key, content), value);
    }

    @Override
    void check(Key key) throws GeneralSecurityException {
      byte[] secret = key.getEncoded();
      if (secret != null && secret.length < SHORTEST_SECRET) {
        throw new InvalidKeyException(
            "a secret of " + secret.length + " bytes; at least " + SHORTEST_SECRET + " are asked");
      }
      mac((SecretKey) key);
    }
  };

  private static final int SHORTEST_SECRET = 16;
  private static final int LONGEST_ID = 255;

  private final String label;
  private final String jca;

  SignatureAlgorithm(String label, String jca) {
    this.label = label;
    this.jca = jca;
  }

  /** {@return its name in bytes and messages} */
  String label() {
    return label;
  }

  abstract byte[] sign(Key key, byte[] content) throws GeneralSecurityException;

  abstract boolean verify(Key key, byte[] content, byte[] value) throws GeneralSecurityException;

  abstract void check(Key key) throws GeneralSecurityException;

  /** {@return the key, which is of the right kind, and whose id is one} */
  <K extends Key> K checked(String keyId, K key) {
    Objects.requireNonNull(key, "key");
    int length = keyId.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > LONGEST_ID) {
      throw new IllegalArgumentException(
          "a key id of " + length + " bytes; 1 to " + LONGEST_ID + " are possible");
    }
    try {
      check(key);
      return key;
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every Java platform has " + label, e);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "the key '"
              + keyId
              + "' ("
              + key.getAlgorithm()
              + ") is no key for "
              + label
              + ": "
              + e.getMessage(),
          e);
    }
  }

  Signature signing(PrivateKey key) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(jca);
    signature.initSign(key);
    return signature;
  }

  Signature verifying(PublicKey key) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(jca);
    signature.initVerify(key);
    return signature;
  }

  Mac mac(SecretKey key) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(jca);
    mac.init(key);
    return mac;
  }
}
