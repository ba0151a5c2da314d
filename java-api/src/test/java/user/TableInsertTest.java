package user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.LogicalPlan;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.catalog.InsertOp;
import io.datafusion.catalog.ScanRequest;
import io.datafusion.catalog.TableProvider;
import io.datafusion.catalog.TableScan;
import io.datafusion.udf.ScalarUdf;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** INSERT into tables that Java writes itself. */
class TableInsertTest {
  @TempDir Path folder;
  private final KeptRows kept = new KeptRows();
  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create(SessionConfig.of().withTargetPartitions(4));
    ctx.register("kept", kept);
    ctx.register("numbers", new Numbers(1_000, 3));
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  private String inserted(String sql) {
    return TableProviderTest.rows(ctx.sql(sql)).getFirst().replace(" ", "");
  }

  @Test
  void rowsOfAllPartitionsGoIn() {
    assertThat(inserted("INSERT INTO kept SELECT n FROM numbers")).isEqualTo("|1000|");
    assertThat(kept.rows).hasSize(1_000).doesNotHaveDuplicates();
    assertThat(inserted("INSERT INTO kept VALUES (7), (NULL)")).isEqualTo("|2|");
    assertThat(kept.rows).hasSize(1_002).endsWith(7L, (Long) null);
    assertThat(inserted("INSERT OVERWRITE kept VALUES (1)")).isEqualTo("|1|");
    assertThat(kept.rows).containsExactly(1L);
    assertThat(kept.operations)
        .containsExactly(InsertOp.APPEND, InsertOp.APPEND, InsertOp.OVERWRITE);
  }

  /** The target of a plan in bytes comes to life with the rest of it. */
  @Test
  void anInsertTravelsInLogicalPlans() {
    ctx.register("file", new Appended(folder.resolve("rows").toString()));
    byte[] bytes =
        ctx.sql("INSERT INTO file SELECT n FROM numbers WHERE n < 10").logicalPlan().toBytes(ctx);
    try (SessionContext receiver = SessionContext.create()) {
      var plan = LogicalPlan.fromBytes(receiver, bytes);
      assertThat(TableProviderTest.rows(receiver.dataFrame(plan))).containsExactly("| 10    |");
    }
    assertThat(folder.resolve("rows")).hasContent("10");
  }

  /** Writes down how many rows it took in. */
  private record Appended(String file) implements TableProvider, Serializable {
    @Override
    public Schema schema() {
      return new Schema(List.of(Field.nullable("n", new ArrowType.Int(64, true))));
    }

    @Override
    public TableScan scan(ScanRequest request) {
      throw new AssertionError("it is written only");
    }

    @Override
    public long insert(InsertOp op, ArrowReader batches) throws IOException {
      long rows = 0;
      while (batches.loadNextBatch()) {
        rows += batches.getVectorSchemaRoot().getRowCount();
      }
      Files.writeString(Path.of(file), Long.toString(rows));
      return rows;
    }
  }

  @Test
  void planningAloneInsertsNothing() {
    ctx.sql("EXPLAIN INSERT INTO kept VALUES (1)").count();
    ctx.sql("INSERT INTO kept VALUES (1)").executionPlan();
    assertThat(kept.operations).isEmpty();
  }

  @Test
  void whatItThrowsIsTheCause() {
    kept.failure = new IllegalStateException("the table is full");
    assertThatThrownBy(() -> inserted("INSERT INTO kept VALUES (1)")).hasCause(kept.failure);
    assertThat(kept.rows).isEmpty();
  }

  /** The rows fail: so does the insert, which has not kept any. */
  @Test
  void aFailureOfTheRowsReachesIt() {
    var failure = new IllegalArgumentException("no half of 500");
    ctx.register(
        ScalarUdf.of(
            "half",
            Long.class,
            Long.class,
            n -> {
              if (n == 500) {
                throw failure;
              }
              return n / 2;
            }));
    assertThatThrownBy(() -> inserted("INSERT INTO kept SELECT half(n) FROM numbers"))
        .hasStackTraceContaining("no half of 500");
    assertThat(kept.rows).isEmpty();
  }

  @Test
  void aTableThatTakesNoRowsSaysSo() {
    assertThatThrownBy(() -> inserted("INSERT INTO numbers VALUES (1, 'x')"))
        .hasMessageContaining("this table takes no rows");
  }
}
