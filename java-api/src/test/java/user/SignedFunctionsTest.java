package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import io.datafusion.Expr;
import io.datafusion.InliningRefusedException;
import io.datafusion.MalformedPayloadException;
import io.datafusion.MissingCodecException;
import io.datafusion.SessionContext;
import io.datafusion.UnserializableFunctionException;
import io.datafusion.codec.FrameSigner;
import io.datafusion.codec.FrameVerifier;
import io.datafusion.codec.UdfInlining;
import io.datafusion.internal.callable.CallableDecoder;
import io.datafusion.udf.ScalarUdf;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** contract 17, 18: functions with a signature. */
class SignedFunctionsTest {
  private static final KeyPair ALICE = pair();
  private static final KeyPair BOB = pair();
  private static final SecretKey SECRET = secret("thirty-two bytes of a secret....");

  /** Two parties that trust each other, by an algorithm. */
  record Trust(String algorithm, FrameSigner signer, FrameVerifier verifier) {
    UdfInlining policy() {
      return UdfInlining.signed(signer, verifier);
    }

    @Override
    public String toString() {
      return algorithm;
    }
  }

  static List<Trust> algorithms() {
    return List.of(
        new Trust(
            "Ed25519",
            FrameSigner.ed25519("alice", ALICE.getPrivate()),
            FrameVerifier.ed25519("alice", ALICE.getPublic())),
        new Trust(
            "HMAC-SHA256",
            FrameSigner.hmacSha256("alice", SECRET),
            FrameVerifier.hmacSha256("alice", SECRET)));
  }

  private static KeyPair pair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("Ed25519", e);
    }
  }

  private static SecretKey secret(String text) {
    return new SecretKeySpec(text.getBytes(StandardCharsets.US_ASCII), "RAW");
  }

  private SessionContext ctx;
  private Expr call;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
    long add = 3;
    call = ScalarUdf.of("plus3", Long.class, Long.class, n -> n + add).call(col("n"));
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  private byte[] written(UdfInlining policy) {
    return call.toBytes(ctx.withUdfInlining(policy));
  }

  private Expr read(UdfInlining policy, byte[] bytes) {
    return Expr.fromBytes(ctx.withUdfInlining(policy), bytes);
  }

  private InliningRefusedException refused(UdfInlining policy, byte[] bytes) {
    long before = CallableDecoder.definedClasses();
    Throwable thrown = catchThrowable(() -> read(policy, bytes));
    assertThat(thrown)
        .isInstanceOf(InliningRefusedException.class)
        .hasMessageContainingAll(
            "scalar function 'plus3'", "signed", "encodes the function by name", "allows inlined");
    assertThat(CallableDecoder.definedClasses()).isEqualTo(before);
    return (InliningRefusedException) thrown;
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void signedFunctionsRunWhereTheKeyIsTrusted(Trust trust) {
    byte[] bytes = written(trust.policy());
    Expr back = read(UdfInlining.verified(trust.verifier()), bytes);
    assertThat(back).isEqualTo(call);
    assertThat(ctx.sql("SELECT 4 AS n").select(back.alias("r")).toText(1)).contains("| 7 ");
    assertThat(written(trust.policy())).isEqualTo(bytes);
  }

  /** The signature is over what the Javadoc says, and nothing else of the frame changes. */
  @Test
  void theContentIsAsDocumented() throws Exception {
    for (Trust trust : algorithms()) {
      var plain = new InlinedCall(written(UdfInlining.enabled()));
      var signed = new InlinedCall(written(trust.policy())).message();
      assertThat(signed.toBuilder().clearSignature().build()).isEqualTo(plain.message());
      assertThat(signed.getSignature().getAlgorithm()).isEqualTo(trust.algorithm());
      byte[] content = content(trust.algorithm(), plain);
      byte[] value = signed.getSignature().getValue().toByteArray();
      if (trust.algorithm().equals("Ed25519")) {
        var verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(ALICE.getPublic());
        verifier.update(content);
        assertThat(verifier.verify(value)).isTrue();
      } else {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(SECRET);
        assertThat(mac.doFinal(content)).isEqualTo(value);
      }
    }
  }

  private static byte[] content(String algorithm, InlinedCall plain) throws Exception {
    ByteString head = ByteString.copyFrom(Arrays.copyOf(plain.frame(), 8));
    return ByteString.copyFromUtf8("datafusion-inline frame signature\u0000\u0001")
        .concat(ByteString.copyFrom(new byte[] {(byte) algorithm.length(), 0, 0, 0, 0, 0, 0, 0}))
        .concat(ByteString.copyFromUtf8(algorithm))
        .concat(ByteString.copyFrom(new byte[] {5, 0, 0, 0, 0, 0, 0, 0}))
        .concat(ByteString.copyFromUtf8("alice"))
        .concat(head)
        .concat(plain.message().getBody())
        .toByteArray();
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void whatIsNotSignedIsRefused(Trust trust) {
    assertThat(refused(trust.policy(), written(UdfInlining.enabled())))
        .hasMessageContaining("it is not signed");
  }

  @Test
  void keysMustBeKnownByIdAndAlgorithm() {
    FrameVerifier alice = FrameVerifier.ed25519("alice", ALICE.getPublic());
    UdfInlining policy = UdfInlining.verified(alice);
    byte[] byBob = written(signedBy(FrameSigner.ed25519("bob", BOB.getPrivate())));
    assertThat(refused(policy, byBob)).hasMessageContaining("no key 'bob' is known");
    byte[] pretending = written(signedBy(FrameSigner.ed25519("alice", BOB.getPrivate())));
    assertThat(refused(policy, pretending)).hasMessageContaining("not signed by the key 'alice'");
    byte[] byMac = written(signedBy(FrameSigner.hmacSha256("alice", SECRET)));
    assertThat(refused(policy, byMac))
        .hasMessageContaining("'HMAC-SHA256', and the key 'alice' is for another algorithm");
    SecretKey wrong = secret("thirty-two bytes of another one.");
    assertThat(refused(UdfInlining.verified(FrameVerifier.hmacSha256("alice", wrong)), byMac))
        .hasMessageContaining("altered");
  }

  private static UdfInlining signedBy(FrameSigner signer) {
    return UdfInlining.signed(signer, FrameVerifier.ed25519("nobody", BOB.getPublic()));
  }

  /** contract 18: no byte of a signed frame may be another one. */
  @ParameterizedTest
  @MethodSource("algorithms")
  void alteredFramesAreNeverAdmitted(Trust trust) throws Exception {
    var signed = new InlinedCall(written(trust.policy()));
    byte[] frame = signed.frame();
    try (SessionContext session = ctx.withUdfInlining(trust.policy())) {
      assertThat(Expr.fromBytes(session, signed.with(frame))).isEqualTo(call);
      for (int at = 0; at < frame.length; at++) {
        byte[] changed = frame.clone();
        changed[at] ^= (byte) (1 << at % 8);
        assertNotAdmitted(session, signed.with(changed), "byte " + at);
        assertNotAdmitted(session, signed.with(Arrays.copyOf(frame, at)), "cut off at " + at);
      }
    }
  }

  private static void assertNotAdmitted(SessionContext session, byte[] bytes, String how) {
    assertThat(catchThrowable(() -> Expr.fromBytes(session, bytes)))
        .as(how)
        .isInstanceOfAny(
            InliningRefusedException.class,
            MalformedPayloadException.class,
            io.datafusion.UnresolvedFunctionException.class);
  }

  /** A body that was changed by somebody who knows how digests are made, but not the key. */
  @ParameterizedTest
  @MethodSource("algorithms")
  void resealedBodiesAreRefused(Trust trust) throws Exception {
    var signed = new InlinedCall(written(trust.policy()));
    byte[] changed = signed.withBody(body -> body.addAliases("other"));
    assertThat(refused(trust.policy(), changed)).hasMessageContaining("altered");
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void signaturesOfAnotherLengthAreRefused(Trust trust) throws Exception {
    var signed = new InlinedCall(written(trust.policy()));
    ByteString value = signed.message().getSignature().getValue();
    ByteString longer = value.concat(ByteString.copyFrom(new byte[1]));
    for (var other : List.of(ByteString.EMPTY, value.substring(1), longer, value.concat(value))) {
      var message = signed.message().toBuilder();
      message.getSignatureBuilder().setValue(other);
      refused(trust.policy(), signed.with(message.build()));
    }
  }

  /** contract 18: after every envelope, before any codec. */
  @ParameterizedTest
  @MethodSource("algorithms")
  void envelopesHideNothing(Trust trust) throws Exception {
    var plain = new InlinedCall(written(UdfInlining.enabled()));
    var signed = new InlinedCall(written(trust.policy()));
    for (String outer : List.of("io.datafusion.inline", "some.codec")) {
      byte[] inner = InlinedCall.envelope("io.datafusion.inline", plain.frame());
      refused(trust.policy(), plain.with(InlinedCall.envelope(outer, inner)));
    }
    byte[] twice =
        InlinedCall.envelope(
            "io.datafusion.inline", InlinedCall.envelope("io.datafusion.inline", signed.frame()));
    assertThat(read(trust.policy(), signed.with(twice))).isEqualTo(call);
    byte[] elsewhere = signed.with(InlinedCall.envelope("some.codec", signed.frame()));
    assertThatThrownBy(() -> read(trust.policy(), elsewhere))
        .isInstanceOf(MissingCodecException.class);
  }

  @Test
  void keysRotate() {
    FrameVerifier old = FrameVerifier.ed25519("1", ALICE.getPublic());
    FrameVerifier both = old.withEd25519("2", BOB.getPublic()).withHmacSha256("3", SECRET);
    assertThat(both.keyIds()).containsExactly("1", "2", "3");
    for (var signer :
        List.of(
            FrameSigner.ed25519("1", ALICE.getPrivate()),
            FrameSigner.ed25519("2", BOB.getPrivate()),
            FrameSigner.hmacSha256("3", SECRET))) {
      byte[] bytes = written(signedBy(signer));
      assertThat(read(UdfInlining.verified(both), bytes)).isEqualTo(call);
      if (!signer.keyId().equals("1")) {
        refused(UdfInlining.verified(old), bytes);
      }
    }
  }

  @Test
  void whoOnlyVerifiesWritesNoFunction() {
    UdfInlining policy = UdfInlining.verified(FrameVerifier.hmacSha256("k", SECRET));
    assertThatThrownBy(() -> written(policy))
        .isInstanceOf(UnserializableFunctionException.class)
        .hasMessageContainingAll("plus3", "signed", "no signer", "encode by name");
    assertThat(col("n").toBytes(ctx.withUdfInlining(policy))).isNotEmpty();
  }

  /** contract 10, 17: what came signed by one goes on signed by another, its body as it came. */
  @Test
  void aDecodedFunctionIsSignedAnew() throws Exception {
    Trust trust = algorithms().get(0);
    byte[] bytes = written(trust.policy());
    UdfInlining relay =
        UdfInlining.signed(FrameSigner.ed25519("bob", BOB.getPrivate()), trust.verifier());
    try (SessionContext session = ctx.withUdfInlining(relay)) {
      byte[] relayed = Expr.fromBytes(session, bytes).toBytes(session);
      assertThat(new InlinedCall(relayed).message().getBody())
          .isEqualTo(new InlinedCall(bytes).message().getBody());
      assertThat(relayed).isEqualTo(written(relay));
    }
    assertThat(Expr.fromBytes(ctx, bytes).toBytes(ctx)).isEqualTo(bytes);
  }
}
