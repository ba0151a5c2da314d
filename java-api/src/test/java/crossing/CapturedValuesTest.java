package crossing;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;

import crossing.worker.Worker;
import io.datafusion.Expr;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarUdf;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** contract 13: every class of the JDK whose objects travel, captured and seen in another JVM. */
class CapturedValuesTest {
  private static final List<String> FLAGS =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  @TempDir Path folder;

  enum Unit {
    A,
    B
  }

  /** What one sees of values: classes that are public, contents of all. */
  private static String seen(List<Object> values) {
    var text = new StringBuilder();
    for (Object value : values) {
      boolean told = java.lang.reflect.Modifier.isPublic(value.getClass().getModifiers());
      text.append(told ? value.getClass().getName() : "-").append('=').append(value).append(';');
    }
    return text.toString();
  }

  private void comesBack(List<Object> values) throws IOException {
    Expr expr = ScalarUdf.of("seen", Double.class, String.class, x -> seen(values)).call(col("x"));
    String data = folder.resolve("t.parquet").toString();
    try (SessionContext session = SessionContext.create()) {
      session.sql("SELECT 0.5 AS x").write(ParquetSink.of(data));
      assertThat(session.read(Parquet.of(data)).select(expr).count()).isEqualTo(1);
      Path message = Files.write(folder.resolve("message"), expr.toBytes(session));
      ChildJvm worker = ChildJvm.of(Worker.class, Files.createDirectory(folder.resolve("worker")));
      ChildJvm.Outcome outcome =
          worker.run(FLAGS, Worker.class, "expression", message.toString(), data, "enabled");
      assertThat(outcome.output().strip()).isEqualTo(seen(values));
    }
  }

  @Test
  void collections() throws IOException {
    var accessed = new LinkedHashMap<String, Integer>(16, 0.75f, true);
    accessed.put("a", 1);
    accessed.put("b", 2);
    comesBack(
        List.of(
            List.of(1, 2),
            Set.of("one"),
            Map.of("k", 1),
            Collections.emptyList(),
            Collections.singleton(1),
            Collections.nCopies(2, "c"),
            Arrays.asList(1, 2),
            new ArrayList<>(List.of("l")),
            new LinkedList<>(List.of("l")),
            new CopyOnWriteArrayList<>(List.of("l")),
            new ArrayDeque<>(List.of("l")),
            new HashSet<>(Set.of(1, 2)),
            new LinkedHashSet<>(List.of(2, 1)),
            new TreeSet<>(Set.of(2, 1)),
            EnumSet.of(Unit.B),
            EnumSet.noneOf(Unit.class),
            new HashMap<>(Map.of(1, 2)),
            new LinkedHashMap<>(Map.of(1, 2)),
            accessed,
            new TreeMap<>(Map.of(2, 1, 1, 2)),
            new ConcurrentHashMap<>(Map.of(1, 2)),
            new EnumMap<>(Map.of(Unit.A, 1)),
            Collections.unmodifiableList(new ArrayList<>(List.of(1))),
            Collections.unmodifiableMap(new TreeMap<>(Map.of(1, 2)))));
  }

  @Test
  void valuesThatHaveAText() throws IOException {
    var time = LocalDateTime.of(2024, 2, 29, 12, 30, 1, 5);
    ZoneId zone = ZoneId.of("Europe/Stockholm");
    comesBack(
        List.of(
            new BigDecimal("12.3400"),
            new BigInteger("123456789012345678901234567890"),
            new UUID(1, 2),
            URI.create("https://example.org/a?b#c"),
            Duration.ofMillis(1500),
            Instant.ofEpochSecond(1, 2),
            LocalDate.of(2024, 2, 29),
            time,
            LocalTime.of(1, 2, 3, 4),
            MonthDay.of(2, 29),
            OffsetDateTime.of(time, ZoneOffset.ofHours(2)),
            OffsetTime.of(1, 2, 3, 4, ZoneOffset.UTC),
            Period.of(1, 2, 3),
            Year.of(2024),
            YearMonth.of(12024, 2),
            ZonedDateTime.of(time, zone),
            ZoneOffset.ofHoursMinutes(-3, -30),
            zone));
  }

  @Test
  void primitivesAndOptionals() throws IOException {
    comesBack(
        List.of(
            true,
            (byte) -3,
            (short) 4,
            5,
            6L,
            Float.MIN_VALUE,
            Math.PI,
            'é',
            "text",
            Optional.of("o"),
            Optional.empty(),
            OptionalInt.of(1),
            OptionalLong.empty(),
            OptionalDouble.of(0.1),
            Unit.A,
            String.class));
  }
}
