package crossing;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;

import crossing.worker.Discounts;
import crossing.worker.Worker;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionContext;
import io.datafusion.codec.FrameSigner;
import io.datafusion.codec.FrameVerifier;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.ScalarUdf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** contract 12, 17, 18: by reference and with signatures, into a second JVM. */
class PolicyCrossingTest {
  private static final List<String> FLAGS =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
  private static final String ANSWER = "1.0\nnull\n2.5\n";

  @TempDir Path folder;
  private SessionContext session;
  private String data;
  private ChildJvm worker;

  enum Form {
    logical,
    physical,
    expression
  }

  @BeforeEach
  void open() throws IOException {
    session = SessionContext.create();
    data = folder.resolve("fares.parquet").toString();
    session
        .sql("SELECT * FROM (VALUES (4.0), (NULL), (10.0)) AS t(fare)")
        .write(ParquetSink.of(data));
    worker = ChildJvm.of(Worker.class, Files.createDirectory(folder.resolve("worker")));
  }

  @AfterEach
  void close() {
    session.close();
  }

  private Map<Form, byte[]> written(SessionContext sender, ScalarUdf tip) {
    var call = tip.call(col("fare"));
    var rows = sender.read(Parquet.of(data)).select(call);
    var bytes = new EnumMap<Form, byte[]>(Form.class);
    bytes.put(Form.expression, call.toBytes(sender));
    bytes.put(Form.logical, rows.logicalPlan().toBytes(sender));
    bytes.put(Form.physical, rows.executionPlan().toBytes(sender));
    return bytes;
  }

  private String ship(Form form, byte[] bytes, String policy) throws IOException {
    Path message = Files.write(folder.resolve(form + ".bin"), bytes);
    ChildJvm.Outcome outcome =
        worker.run(FLAGS, Worker.class, form.name(), message.toString(), data, policy);
    assertThat(outcome.status()).as(outcome.output()).isZero();
    return outcome.output();
  }

  @Test
  void referencesResolveWhereTheClassesAre() throws IOException {
    try (SessionContext sender =
        session.withUdfInlining(UdfInlining.byReference("crossing.worker"))) {
      for (var sent : written(sender, Discounts.tip(0.25)).entrySet()) {
        assertThat(ship(sent.getKey(), sent.getValue(), "reference:crossing.worker"))
            .isEqualTo(ANSWER);
      }
    }
  }

  /** contract 12: a class that the receiver lacks is an error that names it. */
  @Test
  void referencesToWhatIsNotThereNameIt() throws IOException {
    ScalarUdf here =
        ScalarUdf.of("tip", Double.class, Double.class, fare -> fare / 4).withShared("crossing");
    for (var sent : written(session, here).entrySet()) {
      assertThat(ship(sent.getKey(), sent.getValue(), "reference:crossing"))
          .startsWith("ERROR UnresolvedFunctionException: ")
          .contains("tip", PolicyCrossingTest.class.getName());
    }
  }

  @Test
  void codeIsRefusedWhereOnlyReferencesAreRead() throws IOException {
    ScalarUdf byValue = ScalarUdf.of("tip", Double.class, Double.class, fare -> fare / 4);
    for (var sent : written(session, byValue).entrySet()) {
      assertThat(ship(sent.getKey(), sent.getValue(), "reference:crossing"))
          .startsWith("ERROR InliningRefusedException: ")
          .contains("scalar function 'tip'", "carries");
    }
  }

  @Test
  void signedCodeRunsWhereItsKeyIsTrusted() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    String trusting = trusting(pair);
    String other = trusting(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
    UdfInlining policy =
        UdfInlining.signed(
            FrameSigner.ed25519("k", pair.getPrivate()),
            FrameVerifier.ed25519("k", pair.getPublic()));
    double share = 0.25;
    ScalarUdf byValue = ScalarUdf.of("tip", Double.class, Double.class, fare -> fare * share);
    try (SessionContext sender = session.withUdfInlining(policy)) {
      for (var sent : written(sender, byValue).entrySet()) {
        assertThat(ship(sent.getKey(), sent.getValue(), trusting)).isEqualTo(ANSWER);
        assertThat(ship(sent.getKey(), sent.getValue(), other))
            .startsWith("ERROR InliningRefusedException: ")
            .contains("scalar function 'tip'", "signed", "key 'k'");
      }
    }
  }

  private static String trusting(KeyPair pair) {
    return "ed25519:" + Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
  }
}
