package crossing.worker;

import io.datafusion.BatchStream;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.Parquet;
import io.datafusion.SessionContext;
import io.datafusion.codec.FrameVerifier;
import io.datafusion.codec.UdfInlining;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowReader;

/**
 * The receiver of shipped bytes, in a JVM without the sender's classes. Arguments: kind, message
 * file, Parquet file, policy ("enabled", "disabled", "reference:PACKAGE", "ed25519:PUBLIC KEY" for
 * the key "k"). Prints one line a row, or {@code ERROR <class>: <message>}.
 */
public final class Worker {
  private Worker() {}

  public static void main(String[] arguments) throws Exception {
    byte[] message = Files.readAllBytes(Path.of(arguments[1]));
    try (SessionContext base = SessionContext.create();
        SessionContext session = base.withUdfInlining(policy(arguments[3]));
        BatchStream stream = run(session, arguments[0], message, arguments[2]);
        RootAllocator allocator = new RootAllocator();
        ArrowReader reader = stream.reader(allocator)) {
      while (reader.loadNextBatch()) {
        print(reader);
      }
    } catch (RuntimeException e) {
      System.out.println("ERROR " + e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private static UdfInlining policy(String text) throws GeneralSecurityException {
    String value = text.substring(text.indexOf(':') + 1);
    return switch (text.replaceFirst(":.*", "")) {
      case "enabled" -> UdfInlining.enabled();
      case "disabled" -> UdfInlining.disabled();
      case "reference" -> UdfInlining.byReference(value);
      case "ed25519" -> {
        var encoded = new X509EncodedKeySpec(Base64.getDecoder().decode(value));
        var key = KeyFactory.getInstance("Ed25519").generatePublic(encoded);
        yield UdfInlining.verified(FrameVerifier.ed25519("k", key));
      }
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static BatchStream run(SessionContext session, String kind, byte[] message, String data) {
    return switch (kind) {
      case "logical" -> session.dataFrame(LogicalPlan.fromBytes(session, message)).execute();
      case "physical" -> session.execute(ExecutionPlan.fromBytes(session, message));
      case "expression" ->
          session.read(Parquet.of(data)).select(Expr.fromBytes(session, message)).execute();
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static void print(ArrowReader reader) throws java.io.IOException {
    for (int row = 0; row < reader.getVectorSchemaRoot().getRowCount(); row++) {
      StringBuilder line = new StringBuilder();
      for (FieldVector vector : reader.getVectorSchemaRoot().getFieldVectors()) {
        line.append(line.isEmpty() ? "" : "\t").append(vector.getObject(row));
      }
      System.out.println(line);
    }
  }
}
