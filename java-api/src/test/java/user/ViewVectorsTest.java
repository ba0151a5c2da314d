package user;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.BatchStream;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import java.io.IOException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors over the engine's memory are full: what is written to them goes elsewhere. */
class ViewVectorsTest {
  /** Bytes of the five texts. */
  private static final long TEXT = 5L * "a long text number 0".length();

  private BufferAllocator allocator;
  private SessionContext ctx;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
    ctx = SessionContext.create(SessionConfig.of().withTargetPartitions(1));
    ctx.sql(
            "CREATE TABLE t AS SELECT 'a long text number ' || value AS s FROM range(0, 5)"
                + " r(value)")
        .count();
  }

  @AfterEach
  void close() {
    ctx.close();
    allocator.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arrow_cast(s, 'Utf8View')",
        "arrow_cast(arrow_cast(s, 'Binary'), 'BinaryView')",
        "make_array(arrow_cast(s, 'Utf8View'), s)",
        "s",
        "arrow_cast(s, 'LargeUtf8')",
        "struct(s, character_length(s))",
      })
  void messagesHaveAllBytesOfAResult(String expression) throws IOException {
    try (BatchStream stream = ctx.sql("SELECT " + expression + " AS v FROM t").execute();
        ArrowReader reader = stream.reader(allocator)) {
      assertThat(reader.loadNextBatch()).isTrue();
      try (ArrowRecordBatch message =
          new VectorUnloader(reader.getVectorSchemaRoot()).getRecordBatch()) {
        long written = message.getBuffers().stream().mapToLong(ArrowBuf::readableBytes).sum();
        assertThat(written).isGreaterThanOrEqualTo(TEXT);
        assertThat(message.getBuffers())
            .filteredOn(buffer -> buffer.readableBytes() == 0)
            .allMatch(buffer -> buffer.capacity() == 0);
      }
    }
  }

  @Test
  void whatIsWrittenToAResultIsNotWrittenToTheTable() throws IOException {
    String before = ctx.sql("SELECT s FROM t").toText(5);
    String query = "SELECT arrow_cast(s, 'Utf8View') AS v, s FROM t";
    try (BatchStream stream = ctx.sql(query).execute();
        ArrowReader reader = stream.reader(allocator)) {
      assertThat(reader.loadNextBatch()).isTrue();
      for (var vector : reader.getVectorSchemaRoot().getFieldVectors()) {
        if (vector instanceof ViewVarCharVector views) {
          views.setSafe(4, "another text, which is longer than all others".getBytes(UTF_8));
        }
      }
    }
    assertThat(ctx.sql("SELECT s FROM t").toText(5)).isEqualTo(before);
  }
}
