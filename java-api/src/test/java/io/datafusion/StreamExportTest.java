package io.datafusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Streams go to other consumers of the Arrow C stream interface; here to Arrow Java's own. */
@Tag("arrow-c-data")
class StreamExportTest {
  @Test
  void anotherLibraryReadsTheStream() throws Exception {
    try (SessionContext ctx = SessionContext.create();
        var allocator = new RootAllocator();
        ArrowArrayStream target = ArrowArrayStream.allocateNew(allocator)) {
      BatchStream stream = ctx.sql("SELECT value FROM generate_series(1, 20000)").execute();
      stream.exportTo(target.memoryAddress());
      long rows = 0;
      try (ArrowReader reader = Data.importArrayStream(allocator, target)) {
        while (reader.loadNextBatch()) {
          rows += reader.getVectorSchemaRoot().getRowCount();
        }
      }
      assertThat(rows).isEqualTo(20_000);
      assertThatThrownBy(stream::schema).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void errorsOfTheQueryReachTheOtherLibrary() throws Exception {
    try (SessionContext ctx = SessionContext.create();
        var allocator = new RootAllocator();
        ArrowArrayStream target = ArrowArrayStream.allocateNew(allocator)) {
      ctx.sql("SELECT 1 / (value - 5) FROM generate_series(1, 10)")
          .execute()
          .exportTo(target.memoryAddress());
      try (ArrowReader reader = Data.importArrayStream(allocator, target)) {
        assertThatThrownBy(reader::loadNextBatch).hasMessageContaining("zero");
      }
    }
  }
}
