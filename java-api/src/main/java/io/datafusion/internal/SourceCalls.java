package io.datafusion.internal;

import io.datafusion.Expr;
import io.datafusion.catalog.FilterPushDown;
import io.datafusion.catalog.InsertOp;
import io.datafusion.catalog.TableProvider;
import io.datafusion.catalog.TableScan;
import io.datafusion.internal.arrow.VectorLimits;
import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.CallScope;
import io.datafusion.internal.boundary.SourceUpcalls;
import io.datafusion.internal.boundary.TableFault;
import io.datafusion.internal.lowering.ExprBytes;
import io.datafusion.internal.message.ScanRequest;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A table of Java's as what the engine plans and scans. */
final class SourceCalls implements SourceUpcalls.Source {
  private final String name;
  private final TableProvider provider;
  private @Nullable Schema schema;

  SourceCalls(String name, TableProvider provider) {
    this.name = name;
    this.provider = Objects.requireNonNull(provider, "provider");
  }

  TableProvider provider() {
    return provider;
  }

  /** Asked once: native code reads the buffers of every scan by it. */
  private synchronized Schema schema() throws TableFault {
    Schema known = schema;
    if (known == null) {
      known = TableFault.naming(name, provider::schema);
      if (known == null) {
        throw new IllegalStateException("table '" + name + "' answered no schema");
      }
      schema = checked(known);
    }
    return known;
  }

  /** Columns that Arrow Java has no vectors for could not be read, whoever reads them. */
  private Schema checked(Schema given) {
    try {
      return VectorLimits.check(given);
    } catch (UnsupportedOperationException e) {
      throw new IllegalArgumentException("table '" + name + "': " + e.getMessage(), e);
    }
  }

  @Override
  public void schema(MemorySegment results) throws TableFault {
    VectorCalls.answer(schema(), results);
  }

  @Override
  public byte[] supportsFilters(SourceUpcalls.Filters filters) throws TableFault {
    List<Expr> asked = exprs(filters);
    List<FilterPushDown> supported = TableFault.naming(name, () -> provider.supportsFilters(asked));
    if (supported == null
        || supported.size() != asked.size()
        || supported.stream().anyMatch(Objects::isNull)) {
      throw new IllegalStateException(
          "table '%s' was asked of %d filters, and answered %s"
              .formatted(name, asked.size(), supported));
    }
    var numbers = new byte[supported.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (byte) supported.get(i).ordinal();
    }
    return numbers;
  }

  private static List<Expr> exprs(SourceUpcalls.Filters filters) {
    var exprs = new ArrayList<Expr>();
    for (long i = 0; i < filters.count(); i++) {
      exprs.add(ExprBytes.raised(filters.program(i)));
    }
    return exprs;
  }

  @Override
  public SourceUpcalls.Rows scan(
      byte[] request, SourceUpcalls.Filters filters, MemorySegment results) throws Exception {
    var message = ScanRequest.parseFrom(request);
    Schema all = schema();
    List<Integer> projection =
        message.getProjected()
            ? message.getProjectionList()
            : IntStream.range(0, all.getFields().size()).boxed().toList();
    var columns =
        new Schema(projection.stream().map(all.getFields()::get).toList(), all.getCustomMetadata());
    var asked =
        new io.datafusion.catalog.ScanRequest(
            columns,
            projection,
            exprs(filters),
            message.hasLimit() ? OptionalLong.of(message.getLimit()) : OptionalLong.empty(),
            message.getTargetPartitions(),
            message.getBatchSize());
    TableScan scan = TableFault.naming(name, () -> provider.scan(asked));
    if (scan == null) {
      throw new IllegalStateException("table '" + name + "' answered no scan");
    }
    byte[] shape = ScanShapes.message(name, scan, columns).toByteArray();
    Buffers.answer(shape, results);
    return partition -> new PartitionReader(name, columns, scan, partition);
  }

  @Override
  public long insert(int op, MemorySegment stream) throws Exception {
    try (var rows = NativeStream.begin(new CallScope(), () -> stream);
        ArrowReader reader = BatchReader.of(rows, VectorBatch.ALLOCATOR)) {
      long count = TableFault.naming(name, () -> provider.insert(InsertOp.values()[op], reader));
      if (count < 0) {
        throw new IllegalStateException("table '" + name + "' took " + count + " rows in");
      }
      return count;
    }
  }
}
