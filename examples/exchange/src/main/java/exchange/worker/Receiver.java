package exchange.worker;

import io.datafusion.DataFusionException;
import io.datafusion.LogicalPlan;
import io.datafusion.SessionContext;
import io.datafusion.codec.FrameVerifier;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.ScalarUdf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * Runs logical plans out of files under the policy that it was started with, and prints the rows of
 * each, or why it refuses it.
 *
 * <p>Arguments: {@code enabled}, {@code disabled} or {@code key:ID:PUBLIC KEY}; which function it
 * has itself, {@code tip} or {@code none}; files.
 */
public final class Receiver {
  private static final double OWN_RATE = 0.2;

  private Receiver() {}

  /**
   * Runs each file.
   *
   * @param arguments policy, function, files
   * @throws Exception when a file cannot be read, or a key
   */
  public static void main(String[] arguments) throws Exception {
    try (SessionContext base = SessionContext.create();
        SessionContext session = base.withUdfInlining(policy(arguments[0]))) {
      if (arguments[1].equals("tip")) {
        session.register(ScalarUdf.of("tip", Double.class, Double.class, fare -> fare * OWN_RATE));
      }
      for (String name : Arrays.asList(arguments).subList(2, arguments.length)) {
        Path file = Path.of(name);
        System.out.println(file.getFileName() + ":");
        System.out.println(answer(session, Files.readAllBytes(file)).stripTrailing());
      }
    }
  }

  private static String answer(SessionContext session, byte[] message) {
    try {
      return session.dataFrame(LogicalPlan.fromBytes(session, message)).toText(20);
    } catch (DataFusionException e) {
      return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
  }

  private static UdfInlining policy(String text) throws GeneralSecurityException {
    String[] parts = text.split(":");
    return switch (parts[0]) {
      case "enabled" -> UdfInlining.enabled();
      case "disabled" -> UdfInlining.disabled();
      case "key" -> {
        var encoded = new X509EncodedKeySpec(Base64.getDecoder().decode(parts[2]));
        var key = KeyFactory.getInstance("Ed25519").generatePublic(encoded);
        yield UdfInlining.verified(FrameVerifier.ed25519(parts[1], key));
      }
      default -> throw new IllegalArgumentException("unknown policy: " + text);
    };
  }
}
