package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.datafusion.DataFusionException;
import io.datafusion.Expr;
import io.datafusion.SessionContext;
import io.datafusion.codec.FrameSigner;
import io.datafusion.codec.FrameVerifier;
import io.datafusion.codec.UdfInlining;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.udf.ScalarUdf;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of signers and verifiers, and what happens when one fails. */
class FrameKeysTest {
  private static final SecretKey SECRET = new SecretKeySpec(new byte[32], "HmacSHA256");

  private static KeyPair pair(String algorithm) throws Exception {
    return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "X25519", "Ed448"})
  void keysOfAnotherKindAreRefused(String algorithm) throws Exception {
    KeyPair other = pair(algorithm);
    assertThatThrownBy(() -> FrameSigner.ed25519("k", other.getPrivate()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'k'", "Ed25519");
    assertThatThrownBy(() -> FrameVerifier.ed25519("k", other.getPublic()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'k'", "Ed25519");
  }

  @Test
  void secretsThatAreEasilyGuessedAreRefused() {
    var shortKey = new SecretKeySpec(new byte[15], "HmacSHA256");
    assertThatThrownBy(() -> FrameSigner.hmacSha256("k", shortKey))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("15 bytes");
    assertThatThrownBy(() -> FrameVerifier.hmacSha256("k", shortKey))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void idsAreOneTo255BytesAndTakenOnce() {
    for (String id : new String[] {"", "x".repeat(256)}) {
      assertThatThrownBy(() -> FrameSigner.hmacSha256(id, SECRET))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> FrameVerifier.hmacSha256(id, SECRET))
          .isInstanceOf(IllegalArgumentException.class);
    }
    FrameVerifier one = FrameVerifier.hmacSha256("k", SECRET);
    assertThatThrownBy(() -> one.withHmacSha256("k", SECRET))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'k'");
    assertThat(one.keyIds()).containsExactly("k");
  }

  @Test
  @SuppressWarnings("NullAway")
  void nullIsRefusedAtOnce() {
    assertThatThrownBy(() -> FrameSigner.ed25519("k", null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> FrameVerifier.hmacSha256(null, SECRET))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> UdfInlining.verified(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> UdfInlining.signed(null, FrameVerifier.hmacSha256("k", SECRET)))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void textShowsIdsAndNoKeys() {
    assertThat(FrameSigner.hmacSha256("k", SECRET)).hasToString("HMAC-SHA256 key 'k'");
    assertThat(FrameVerifier.hmacSha256("k", SECRET)).hasToString("keys [k]");
  }

  /** A key that throws what it is told to. */
  private static final class Failing implements SecretKey {
    private static final long serialVersionUID = 1;
    final transient AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    @Override
    public byte[] getEncoded() {
      switch (failure.get()) {
        case null -> {}
        case Error e -> throw e;
        case RuntimeException e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
      return new byte[32];
    }

    @Override
    public String getAlgorithm() {
      return "HmacSHA256";
    }

    @Override
    public String getFormat() {
      return "RAW";
    }
  }

  /**
   * Faults of a callback: the right error, the same object as its cause, and the next call works.
   */
  @Test
  void aKeyThatFailsIsAnErrorOfTheCall() {
    var key = new Failing();
    UdfInlining policy =
        UdfInlining.signed(FrameSigner.hmacSha256("k", key), FrameVerifier.hmacSha256("k", key));
    Expr call = ScalarUdf.of("inc", Long.class, Long.class, n -> n + 1).call(col("n"));
    try (SessionContext base = SessionContext.create();
        SessionContext session = base.withUdfInlining(policy)) {
      byte[] bytes = call.toBytes(session);
      for (Throwable failure :
          new Throwable[] {
            new IllegalStateException("the token was pulled out"),
            new StackOverflowError(),
            new OutOfMemoryError("not really"),
            new AssertionError("no")
          }) {
        key.failure.set(failure);
        assertFailed(catchThrowable(() -> call.toBytes(session)), failure);
        assertFailed(catchThrowable(() -> Expr.fromBytes(session, bytes)), failure);
        key.failure.set(null);
        assertThat(call.toBytes(session)).isEqualTo(bytes);
        assertThat(Expr.fromBytes(session, bytes)).isEqualTo(call);
      }
    }
  }

  private static void assertFailed(Throwable thrown, Throwable failure) {
    assertThat(thrown).isInstanceOf(DataFusionException.class);
    assertThat(thrown.getCause()).isSameAs(failure);
  }

  /** Each session value holds one callback, and gives it back. */
  @Test
  void callbacksAreGivenBack() throws InterruptedException {
    UdfInlining policy = UdfInlining.verified(FrameVerifier.hmacSha256("k", SECRET));
    try (SessionContext base = SessionContext.create()) {
      int before = Upcalls.live();
      for (int i = 0; i < 50; i++) {
        base.withUdfInlining(policy).close();
      }
      for (int i = 0; i < 500 && Upcalls.live() > before; i++) {
        Thread.sleep(10);
      }
      assertThat(Upcalls.live()).isLessThanOrEqualTo(before);
    }
  }
}
