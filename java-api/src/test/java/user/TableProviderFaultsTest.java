package user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static user.LongTables.NUMBERS;
import static user.LongTables.one;
import static user.LongTables.reader;

import io.datafusion.Expr;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.SortExpr;
import io.datafusion.catalog.BatchWriter;
import io.datafusion.catalog.ColumnStatistics;
import io.datafusion.catalog.FilterPushDown;
import io.datafusion.catalog.Precision;
import io.datafusion.catalog.ScanRequest;
import io.datafusion.catalog.Statistics;
import io.datafusion.catalog.TableProvider;
import io.datafusion.catalog.TableScan;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import user.LongTables.Table;

/** Tables of Java's that do what they should not. */
@Timeout(60)
class TableProviderFaultsTest {
  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create(SessionConfig.of().withTargetPartitions(2));
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  private Throwable thrownBy(TableProvider table) {
    Throwable thrown = catchThrowable(() -> ctx.read(table).toText(1_000));
    assertThat(ctx.sql("SELECT 1 AS one").count()).as("the session lives").isEqualTo(1);
    return thrown;
  }

  @Test
  void whatAReaderThrowsIsTheCause() {
    for (Throwable thrown :
        List.of(
            new IOException("the disk is gone"),
            new IllegalStateException("no rows today"),
            new StackOverflowError("deep"),
            new OutOfMemoryError("full"),
            new AssertionError("never"))) {
      assertThat(
              thrownBy(
                  new Table(
                      (partition, allocator) ->
                          reader(
                              allocator,
                              batch -> {
                                throw sneaky(thrown);
                              }))))
          .hasCause(thrown);
      assertThat(
              thrownBy(
                  new Table(
                      (partition, allocator) -> {
                        throw sneaky(thrown);
                      })))
          .hasCause(thrown);
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> RuntimeException sneaky(Throwable thrown) throws E {
    throw (E) thrown;
  }

  @Test
  void answersThatAreNoneAreErrors() {
    assertThat(thrownBy(new Table((partition, allocator) -> null)))
        .hasMessageContaining("table 'Table' answered no reader of partition 0");
    assertThat(thrownBy(new Table(null))).hasMessageContaining("table 'Table' answered no scan");
    assertThat(
            thrownBy(
                new TableProvider() {
                  @Override
                  public Schema schema() {
                    return null;
                  }

                  @Override
                  public TableScan scan(ScanRequest request) {
                    throw new AssertionError();
                  }
                }))
        .hasMessageContaining("answered no schema");
  }

  /** What a table answers of filters, or throws. */
  private record Filtering(Schema schema, Callable<List<FilterPushDown>> answer)
      implements TableProvider {
    @Override
    public List<FilterPushDown> supportsFilters(List<Expr> filters) {
      try {
        return answer.call();
      } catch (Exception e) {
        throw sneaky(e);
      }
    }

    @Override
    public TableScan scan(ScanRequest request) {
      throw new AssertionError();
    }
  }

  @Test
  void filtersAreAnsweredOneByOne() {
    for (List<FilterPushDown> answer :
        Arrays.<List<FilterPushDown>>asList(
            null,
            List.of(),
            List.of(FilterPushDown.EXACT, FilterPushDown.EXACT),
            Collections.singletonList(null))) {
      ctx.register("odd", new Filtering(NUMBERS, () -> answer));
      assertThatThrownBy(() -> ctx.sql("SELECT * FROM odd WHERE n > 1").count())
          .hasMessageContaining("table 'odd' was asked of 1 filters, and answered " + answer);
      ctx.sql("DROP TABLE odd");
    }
  }

  @Test
  void whatATableThrowsIsSaidOfTheTable() {
    var thrown = new IOException("the filters are gone");
    ctx.register(
        "odd",
        new Filtering(
            NUMBERS,
            () -> {
              throw thrown;
            }));
    assertThatThrownBy(() -> ctx.sql("SELECT * FROM odd WHERE n > 1").count())
        .hasMessageContaining("table 'odd': java.io.IOException: the filters are gone")
        .hasCause(thrown);
    assertThatThrownBy(() -> ctx.sql("SELECT * FROM odd").count())
        .hasMessageContaining("table 'odd': java.lang.AssertionError");
    assertThat(
            thrownBy(
                new Table(
                    (partition, allocator) -> {
                      throw thrown;
                    })))
        .hasMessageContaining("table 'Table': java.io.IOException");
  }

  @Test
  void columnsThatHaveNoVectorsAreRefused() {
    for (int bits : new int[] {32, 64}) {
      var narrow = Field.nullable("d", new ArrowType.Decimal(9, 2, bits));
      var list = new Field("l", FieldType.nullable(ArrowType.List.INSTANCE), List.of(narrow));
      for (Field column : List.of(narrow, list)) {
        var table = new Filtering(new Schema(List.of(column)), List::of);
        assertThatThrownBy(() -> ctx.register("narrow", table))
            .hasMessageContaining("table 'narrow': column '" + column.getName() + "'")
            .hasMessageContaining("no vector for decimals of " + bits + " bits");
      }
    }
  }

  @Test
  void batchesOfOtherColumnsAreRefused() {
    Schema text = new Schema(List.of(Field.nullable("n", ArrowType.Utf8.INSTANCE)));
    Schema other = new Schema(List.of(Field.nullable("m", new ArrowType.Int(64, true))));
    for (Schema given : List.of(text, other, new Schema(List.of()))) {
      assertThat(
              thrownBy(
                  new Table(
                      (partition, allocator) ->
                          BatchWriter.reader(
                              given,
                              allocator,
                              batch -> {
                                batch.setRowCount(1);
                                return true;
                              }))))
          .hasMessageContaining("answered a batch of " + given.getFields());
    }
  }

  /** Native code reads buffers by the columns of the scan, so those must not change under it. */
  @Test
  void columnsAreAskedForOnce() {
    var asked = new AtomicInteger();
    ctx.register(
        "changing",
        new TableProvider() {
          @Override
          public Schema schema() {
            return asked.getAndIncrement() == 0
                ? NUMBERS
                : new Schema(List.of(Field.nullable("n", ArrowType.Utf8.INSTANCE)));
          }

          @Override
          public TableScan scan(ScanRequest request) {
            var left = new int[] {1};
            return (partition, allocator) ->
                BatchWriter.reader(
                    request.schema(), allocator, batch -> left[0]-- > 0 && one(batch));
          }
        });
    for (int i = 0; i < 3; i++) {
      assertThat(TableProviderTest.rows(ctx.sql("SELECT n FROM changing"))).hasSize(1);
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void aNullWhereNoneMayBeIsAnError() {
    assertThat(
            thrownBy(
                new Table(
                    (partition, allocator) ->
                        reader(
                            allocator,
                            batch -> {
                              batch.setRowCount(3);
                              return true;
                            }))))
        .hasMessageContaining("non-nullable");
  }

  /**
   * What a dictionary holds is looked at, too: native code reads its buffers by the promised type.
   */
  @Test
  void aDictionaryOfOtherValuesIsRefused() {
    var encoding = new DictionaryEncoding(1, false, new ArrowType.Int(32, true));
    var promised =
        new Field(
            "d",
            new FieldType(true, ArrowType.List.INSTANCE, encoding),
            List.of(Field.nullable("item", new ArrowType.Int(64, true))));
    Throwable thrown =
        thrownBy(
            new TableProvider() {
              @Override
              public Schema schema() {
                return new Schema(List.of(promised));
              }

              @Override
              public TableScan scan(ScanRequest request) {
                return (partition, allocator) -> listsOfBytes(allocator, encoding);
              }
            });
    assertThat(thrown).hasMessageContaining("answered a batch of");
  }

  private static ArrowReader listsOfBytes(BufferAllocator allocator, DictionaryEncoding encoding) {
    var lists = ListVector.empty("d", allocator);
    lists.addOrGetVector(FieldType.nullable(new ArrowType.Int(8, true)));
    lists.allocateNew();
    lists.startNewValue(0);
    ((TinyIntVector) lists.getDataVector()).setSafe(0, 7);
    lists.endValue(0, 1);
    lists.setValueCount(1);
    var index =
        new IntVector("d", new FieldType(true, encoding.getIndexType(), encoding), allocator);
    index.setSafe(0, 0);
    index.setValueCount(1);
    var batch = new VectorSchemaRoot(List.of(index));
    return new ArrowReader(allocator) {
      private boolean read;

      @Override
      public boolean loadNextBatch() {
        boolean first = !read;
        read = true;
        return first;
      }

      @Override
      public VectorSchemaRoot getVectorSchemaRoot() {
        return batch;
      }

      @Override
      public Dictionary lookup(long id) {
        return new Dictionary(lists, encoding);
      }

      @Override
      public long bytesRead() {
        return 0;
      }

      @Override
      protected void closeReadSource() {
        batch.close();
        lists.close();
      }

      @Override
      protected Schema readSchema() {
        return batch.getSchema();
      }
    };
  }

  private record Said(int partitionCount, List<SortExpr> ordering, Optional<Statistics> statistics)
      implements TableScan {
    @Override
    public ArrowReader open(int partition, BufferAllocator allocator) {
      return reader(allocator, batch -> false);
    }
  }

  @Test
  void scansThatCannotBeAreRefused() {
    List<SortExpr> none = List.of();
    assertThat(thrownBy(new Table(new Said(0, none, Optional.empty()))))
        .hasMessageContaining("has 0 partitions, and 1 to 65536 are allowed");
    assertThat(thrownBy(new Table(new Said(1 << 17, none, Optional.empty()))))
        .hasMessageContaining("131072 partitions");
    SortExpr computed = Expr.col("n").plus(Expr.lit(1L)).asc();
    assertThat(thrownBy(new Table(new Said(1, List.of(computed), Optional.empty()))))
        .hasMessageContaining("a scan is ordered by columns");
    var negative = Statistics.ofRows(Precision.exact(-1L));
    assertThat(thrownBy(new Table(new Said(1, none, Optional.of(negative)))))
        .hasMessageContaining("counts to -1");
    var text =
        new ColumnStatistics(
            Precision.absent(),
            Precision.absent(),
            Precision.exact((Expr.Literal) Expr.lit("x")),
            Precision.absent());
    var wrong = new Statistics(Precision.absent(), Precision.absent(), List.of(text));
    assertThat(thrownBy(new Table(new Said(1, none, Optional.of(wrong)))))
        .hasMessageContaining("statistics of column 'n'");
    var many = new Statistics(Precision.absent(), Precision.absent(), List.of(text, text));
    assertThat(thrownBy(new Table(new Said(1, none, Optional.of(many)))))
        .hasMessageContaining("statistics of 2 columns");
  }
}
