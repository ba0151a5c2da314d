package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.datafusion.DataFrame;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.InliningRefusedException;
import io.datafusion.LogicalPlan;
import io.datafusion.SessionContext;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.codec.FrameSigner;
import io.datafusion.codec.FrameVerifier;
import io.datafusion.codec.UdfInlining;
import io.datafusion.exchange.WorkerContext;
import io.datafusion.internal.callable.CallableDecoder;
import io.datafusion.udf.ScalarUdf;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** contract 17 to 20: every policy, every form of bytes, the name registered and not. */
class PolicyMatrixTest {
  private static final SecretKey SECRET = secret(1);
  private static final SecretKey OTHER = secret(2);

  private static SecretKey secret(int seed) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) seed);
    return new SecretKeySpec(bytes, "HmacSHA256");
  }

  /** How a function is inside the bytes. */
  enum Sent {
    BY_VALUE,
    BY_REFERENCE,
    SIGNED_BY_VALUE,
    SIGNED_BY_REFERENCE
  }

  enum Receiver {
    ENABLED(UdfInlining.enabled(), Set.of(Sent.values())),
    DISABLED(UdfInlining.disabled(), Set.of()),
    OF_THESE_PACKAGES(
        UdfInlining.byReference("com.acme", "user"),
        Set.of(Sent.BY_REFERENCE, Sent.SIGNED_BY_REFERENCE)),
    OF_OTHER_PACKAGES(UdfInlining.byReference("com.acme", "use"), Set.of()),
    OF_NO_PACKAGES(UdfInlining.byReference(), Set.of()),
    TRUSTING(
        UdfInlining.verified(FrameVerifier.hmacSha256("k", SECRET)),
        Set.of(Sent.SIGNED_BY_VALUE, Sent.SIGNED_BY_REFERENCE)),
    TRUSTING_ANOTHER(UdfInlining.verified(FrameVerifier.hmacSha256("k", OTHER)), Set.of());

    private final UdfInlining policy;
    private final Set<Sent> admits;

    Receiver(UdfInlining policy, Set<Sent> admits) {
      this.policy = policy;
      this.admits = admits;
    }
  }

  enum Form {
    EXPRESSION,
    LOGICAL_PLAN,
    EXECUTION_PLAN;

    byte[] write(SessionContext session, ScalarUdf function) {
      Expr call = function.call(col("n"));
      DataFrame rows = session.sql("SELECT 4 AS n").select(call.alias("r"));
      return switch (this) {
        case EXPRESSION -> call.toBytes(session);
        case LOGICAL_PLAN -> rows.logicalPlan().toBytes(session);
        case EXECUTION_PLAN -> rows.executionPlan().toBytes(session);
      };
    }

    void read(SessionContext session, byte[] bytes) {
      switch (this) {
        case EXPRESSION -> Expr.fromBytes(session, bytes);
        case LOGICAL_PLAN -> LogicalPlan.fromBytes(session, bytes);
        case EXECUTION_PLAN -> ExecutionPlan.fromBytes(session, bytes);
      }
    }
  }

  private SessionContext ignorant;
  private SessionContext knowing;
  private ScalarUdf byValue;
  private ScalarUdf byReference;

  @BeforeEach
  void open() {
    long add = 3;
    byValue =
        ScalarUdf.of("plus3", Long.class, Long.class, n -> n + add)
            .withVolatility(io.datafusion.udf.Volatility.VOLATILE);
    byReference = byValue.withShared("user");
    ignorant = SessionContext.create();
    knowing = SessionContext.create();
    knowing.register(byValue);
  }

  @AfterEach
  void close() {
    ignorant.close();
    knowing.close();
  }

  private Map<Sent, byte[]> sent(Form form) {
    UdfInlining signed =
        UdfInlining.signed(
            FrameSigner.hmacSha256("k", SECRET), FrameVerifier.hmacSha256("k", SECRET));
    var bytes = new EnumMap<Sent, byte[]>(Sent.class);
    try (SessionContext signing = ignorant.withUdfInlining(signed)) {
      bytes.put(Sent.BY_VALUE, form.write(ignorant, byValue));
      bytes.put(Sent.BY_REFERENCE, form.write(ignorant, byReference));
      bytes.put(Sent.SIGNED_BY_VALUE, form.write(signing, byValue));
      bytes.put(Sent.SIGNED_BY_REFERENCE, form.write(signing, byReference));
    }
    return bytes;
  }

  /** contract 18: refused or not, whatever is registered; nothing is defined either way. */
  @ParameterizedTest
  @EnumSource(Form.class)
  void whatComesInlinedIsReadAsThePolicySays(Form form) {
    Map<Sent, byte[]> all = sent(form);
    long before = CallableDecoder.definedClasses();
    for (Receiver receiver : Receiver.values()) {
      for (SessionContext base : new SessionContext[] {ignorant, knowing}) {
        try (SessionContext session = base.withUdfInlining(receiver.policy)) {
          all.forEach(
              (sent, bytes) -> {
                Throwable thrown = catchThrowable(() -> form.read(session, bytes));
                if (receiver.admits.contains(sent)) {
                  assertThat(thrown).as("%s to %s", sent, receiver).isNull();
                } else {
                  assertThat(thrown)
                      .as("%s to %s", sent, receiver)
                      .isInstanceOf(InliningRefusedException.class)
                      .hasMessageContainingAll(
                          "scalar function 'plus3'", "by name", "registers it", "allows inlined");
                }
              });
        }
      }
    }
    assertThat(CallableDecoder.definedClasses()).isEqualTo(before);
  }

  /** contract 19: what comes by name is read under every policy, if the name is registered. */
  @ParameterizedTest
  @EnumSource(Form.class)
  void whatComesByNameIsReadUnderEveryPolicy(Form form) {
    byte[] byName;
    try (SessionContext strict = ignorant.withUdfInlining(UdfInlining.disabled())) {
      byName = form.write(strict, byValue);
    }
    for (Receiver receiver : Receiver.values()) {
      try (SessionContext known = knowing.withUdfInlining(receiver.policy);
          SessionContext unknown = ignorant.withUdfInlining(receiver.policy)) {
        form.read(known, byName);
        assertThatThrownBy(() -> form.read(unknown, byName))
            .as(receiver.name())
            .isInstanceOf(UnresolvedFunctionException.class)
            .hasMessageContaining("plus3");
      }
    }
  }

  /** contract 19: a policy leaves nothing behind. */
  @ParameterizedTest
  @EnumSource(Form.class)
  void offThenOnGivesTheBytesOfAFreshSession(Form form) {
    byte[] fresh = form.write(ignorant, byValue);
    for (Receiver receiver : Receiver.values()) {
      try (SessionContext off = ignorant.withUdfInlining(receiver.policy);
          SessionContext on = off.withUdfInlining(UdfInlining.enabled())) {
        assertThat(form.write(on, byValue)).as(receiver.name()).isEqualTo(fresh);
      }
    }
  }

  /** contract 1: the policy goes with every value made of a session value. */
  @Test
  void thePolicyIsHandedOn() {
    byte[] bytes = sent(Form.EXPRESSION).get(Sent.BY_VALUE);
    for (Receiver receiver : Receiver.values()) {
      try (SessionContext first = ignorant.withUdfInlining(receiver.policy);
          SessionContext second = first.withSqlOptions(io.datafusion.SqlOptions.all())) {
        assertThat(catchThrowable(() -> Form.EXPRESSION.read(second, bytes)) == null)
            .isEqualTo(receiver.admits.contains(Sent.BY_VALUE));
      }
    }
  }

  /** contract 20: Java's own streams are a way in like any other. */
  @Test
  void objectStreamsObeyThePolicy() throws Exception {
    byte[] stream = ObjectStreams.write(byValue.call(col("n")));
    for (Receiver receiver : Receiver.values()) {
      try (SessionContext session = ignorant.withUdfInlining(receiver.policy)) {
        Throwable thrown =
            catchThrowable(() -> WorkerContext.call(session, () -> ObjectStreams.read(stream)));
        if (receiver.admits.contains(Sent.BY_VALUE)) {
          assertThat(thrown).as(receiver.name()).isNull();
        } else {
          assertThat(thrown).as(receiver.name()).isInstanceOf(InliningRefusedException.class);
        }
      }
    }
  }
}
