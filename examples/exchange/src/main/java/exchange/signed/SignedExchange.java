package exchange.signed;

import exchange.worker.Jvm;
import exchange.worker.Receiver;
import io.datafusion.LogicalPlan;
import io.datafusion.SessionContext;
import io.datafusion.codec.FrameSigner;
import io.datafusion.codec.FrameVerifier;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.ScalarUdf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;

/**
 * A receiver that takes code of one signer only. It knows the public key; the sender signs with the
 * private one. What is signed by somebody else, is not signed, or was altered on the way is
 * refused.
 *
 * <p>Argument: a work folder.
 */
public final class SignedExchange {
  private static final double RATE = 0.18;

  private SignedExchange() {}

  /**
   * Sends a plan in five ways to one receiver.
   *
   * @param arguments a work folder
   * @throws Exception when something fails
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    KeyPairGenerator keys = KeyPairGenerator.getInstance("Ed25519");
    KeyPair build = keys.generateKeyPair();
    KeyPair stranger = keys.generateKeyPair();
    try (SessionContext session = SessionContext.create()) {
      double rate = RATE;
      session.register(ScalarUdf.of("tip", Double.class, Double.class, fare -> fare * rate));
      LogicalPlan plan =
          session
              .sql("SELECT sum(tip(fare)) AS tips FROM (VALUES (40.0), (60.0)) AS t(fare)")
              .logicalPlan();

      byte[] signed = bytes(plan, session, "build-7", build);
      Files.write(folder.resolve("signed.bin"), signed);
      Files.write(folder.resolve("altered.bin"), raised(signed));
      Files.write(folder.resolve("wrong-key.bin"), bytes(plan, session, "build-7", stranger));
      Files.write(folder.resolve("unknown-key.bin"), bytes(plan, session, "guest", stranger));
      Files.write(folder.resolve("unsigned.bin"), plan.toBytes(session));
    }
    String key = Base64.getEncoder().encodeToString(build.getPublic().getEncoded());
    String[] receiver = {
      "key:build-7:" + key,
      "none",
      folder.resolve("signed.bin").toString(),
      folder.resolve("altered.bin").toString(),
      folder.resolve("wrong-key.bin").toString(),
      folder.resolve("unknown-key.bin").toString(),
      folder.resolve("unsigned.bin").toString()
    };
    System.out.println("a receiver that trusts the key build-7");
    System.out.print(Jvm.run(List.of(), Receiver.class, receiver));
  }

  private static byte[] bytes(LogicalPlan plan, SessionContext session, String id, KeyPair pair) {
    UdfInlining policy =
        UdfInlining.signed(
            FrameSigner.ed25519(id, pair.getPrivate()),
            FrameVerifier.ed25519(id, pair.getPublic()));
    try (SessionContext signing = session.withUdfInlining(policy)) {
      return plan.toBytes(signing);
    }
  }

  /** The same message with a tenfold rate: a captured number stands in it as in memory. */
  private static byte[] raised(byte[] message) {
    String text = new String(message, StandardCharsets.ISO_8859_1);
    return text.replace(inMemory(RATE), inMemory(10 * RATE)).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Little-endian, each byte as one character. */
  private static String inMemory(double value) {
    ByteBuffer buffer = ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return new String(buffer.putDouble(value).array(), StandardCharsets.ISO_8859_1);
  }
}
