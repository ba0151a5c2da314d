package io.datafusion.codec;

import io.datafusion.internal.PackageNames;
import java.util.List;
import java.util.Objects;

/**
 * Whether Java functions travel inside the bytes of expressions and plans. It belongs to a session
 * value and holds for everything that it reads and writes.
 *
 * <p>What a policy does not let in is an {@link io.datafusion.InliningRefusedException} before any
 * class of it is defined, whether or not the session knows a function of that name; what it does
 * not let out is an {@link io.datafusion.UnserializableFunctionException}. A function that came by
 * name is none of its business: it is read under every policy if the name is registered.
 *
 * {@snippet :
 * FrameSigner signer = FrameSigner.ed25519("build-7", privateKey);
 * FrameVerifier verifier = FrameVerifier.ed25519("build-7", publicKey);
 *
 * SessionContext sender = ctx.withUdfInlining(UdfInlining.signed(signer, verifier));
 * SessionContext worker = ctx.withUdfInlining(UdfInlining.verified(verifier));
 * }
 */
public sealed interface UdfInlining {
  /** Functions travel inside the bytes, and are taken out of them. */
  record Enabled() implements UdfInlining {}

  /** Functions travel by name only; bytes with a function inside are refused. */
  record Disabled() implements UdfInlining {}

  /**
   * Functions travel without class files.
   *
   * @param packages whose classes, and those of packages below them, a function may refer to
   */
  record ByReference(List<String> packages) implements UdfInlining {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException for what is no name of a package
     */
    public ByReference {
      packages = PackageNames.of(packages);
    }
  }

  /**
   * Functions travel with a signature.
   *
   * @param signer signs what is written
   * @param verifier checks what is read
   */
  record Signed(FrameSigner signer, FrameVerifier verifier) implements UdfInlining {
    /** Refuses null. */
    public Signed {
      Objects.requireNonNull(signer, "signer");
      Objects.requireNonNull(verifier, "verifier");
    }
  }

  /**
   * Functions come with a signature, and do not leave.
   *
   * @param verifier checks what is read
   */
  record Verified(FrameVerifier verifier) implements UdfInlining {
    /** Refuses null. */
    public Verified {
      Objects.requireNonNull(verifier, "verifier");
    }
  }

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

  /**
   * {@return functions whose code both sides have} No class file is written or read, and a function
   * may refer to classes of these packages only, those below them included, besides the JDK, this
   * library, Arrow Java and protobuf. A sender says which of its packages are at the receiver by
   * {@link io.datafusion.udf.ScalarUdf#withShared}.
   *
   * <p>It keeps foreign code out; it does not choose among the code that is here. Bytes may call
   * any method of these packages, and those of the JDK and the libraries, with values of their
   * choice. Where that is too much, ask for signatures.
   *
   * <p>A lambda is bound by the class that it was written in. If that is in a named module, its
   * package must be open to {@code io.datafusion} at the receiver.
   *
   * @throws IllegalArgumentException for what is no name of a package
   */
  static UdfInlining byReference(String... packages) {
    return new ByReference(List.of(packages));
  }

  /**
   * {@return functions with a signature} What is written is signed by the signer, also a function
   * that came in bytes and was signed by somebody else. What is read is refused if it is not
   * signed, or by a key that the verifier does not know, or was altered; that is found out before
   * the function is looked at.
   */
  static UdfInlining signed(FrameSigner signer, FrameVerifier verifier) {
    return new Signed(signer, verifier);
  }

  /**
   * {@return functions with a signature, for a session that reads and has no key of its own} An
   * encode with a function inside fails.
   */
  static UdfInlining verified(FrameVerifier verifier) {
    return new Verified(verifier);
  }
}
