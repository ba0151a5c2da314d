package io.datafusion.internal.callable;

import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.internal.message.Callable;
import io.datafusion.internal.message.CodeUnit;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Contract 12 and 13: functions of every kind leave a JVM that has their classes and run in one
 * that has none of them.
 */
class CallableCrossingTest {
  @TempDir private static Path classes;
  @TempDir private static Path files;
  private static Map<String, String> sent = Map.of();
  private static Map<String, String> received = Map.of();

  @BeforeAll
  static void sendAndReceive() throws Exception {
    SampleClasses.compile(classes);
    String withSamples = classes + File.pathSeparator + SampleClasses.classPath();
    sent =
        SampleClasses.run(
            withSamples,
            EncodingDriver.class,
            files.toString(),
            "samples.Kinds",
            "samples.Initialisers",
            "samples.Shapes",
            "samples.Asked");
    received = SampleClasses.run(SampleClasses.classPath(), DecodingWorker.class, files.toString());
  }

  @Test
  void everyKindGivesTheSameResultOnTheOtherSide() {
    var expected = new TreeMap<>(sent);
    assertThat(expected).hasSizeGreaterThan(50);
    assertThat(expected.put("transient fields stay behind", "[nullplain!1]"))
        .isEqualTo("[cacheplain!1]");
    assertThat(new TreeMap<>(received)).isEqualTo(expected);
  }

  @Test
  void whatCannotBeReachedStaysBehind() throws Exception {
    for (String name : sent.keySet()) {
      assertThat(callable(name).getCarriedList())
          .as(name)
          .extracting(CodeUnit::getName)
          .doesNotContain("samples.Unreachable")
          .hasSizeLessThan(12);
    }
    assertThat(callable("static reference to the JDK").getCarriedList()).isEmpty();
    assertThat(callable("plain").getCarriedList()).hasSize(1);
  }

  private static Callable callable(String name) throws Exception {
    return Callable.parseFrom(Files.readAllBytes(files.resolve(name + ".callable")));
  }
}
