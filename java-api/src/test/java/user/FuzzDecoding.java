package user;

import io.datafusion.DataFusionException;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.PanicException;
import io.datafusion.SessionContext;
import io.datafusion.codec.FrameVerifier;
import io.datafusion.codec.UdfInlining;
import io.datafusion.internal.callable.DefinedClasses;
import java.util.Arrays;
import javax.crypto.spec.SecretKeySpec;

/** Decodes what a fuzzer gives, under each policy. */
public final class FuzzDecoding {
  private static final SessionContext SESSION = SessionContext.create();
  private static final SessionContext[] POLICIES = {
    SESSION,
    SESSION.withUdfInlining(UdfInlining.disabled()),
    SESSION.withUdfInlining(UdfInlining.byReference("user")),
    SESSION.withUdfInlining(
        UdfInlining.verified(
            FrameVerifier.hmacSha256("k", new SecretKeySpec(new byte[32], "HmacSHA256"))))
  };

  private FuzzDecoding() {}

  /** The first byte is the policy, the others are a {@link FuzzedMessage}. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    if (input.length <= FuzzedMessage.HEAD) {
      return;
    }
    SessionContext ctx = FuzzedMessage.choice(POLICIES, input[0]);
    FuzzedMessage message = FuzzedMessage.of(Arrays.copyOfRange(input, 1, input.length));
    long defined = DefinedClasses.count();
    FuzzBound.check(input.length, () -> read(ctx, message));
    if (DefinedClasses.count() != defined) {
      throw new AssertionError("a class was defined");
    }
  }

  private static void read(SessionContext ctx, FuzzedMessage message) {
    try {
      decode(ctx, message);
    } catch (PanicException e) {
      throw new AssertionError("a panic", e);
    } catch (DataFusionException e) {
      if (e.getMessage() == null || e.getMessage().isBlank()) {
        throw new AssertionError("no words", e);
      }
    }
  }

  private static void decode(SessionContext ctx, FuzzedMessage message) {
    switch (message.kind()) {
      case EXPRESSION -> Expr.fromBytes(ctx, message.bytes());
      case LOGICAL_PLAN -> LogicalPlan.fromBytes(ctx, message.bytes());
      case EXECUTION_PLAN -> ExecutionPlan.fromBytes(ctx, message.bytes());
    }
  }
}
