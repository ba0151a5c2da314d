/**
 * Tables that Java reads and writes itself.
 *
 * <p>A {@link io.datafusion.catalog.TableProvider} says its columns, how far it applies a filter,
 * and how a scan goes: in how many partitions, in which order, with how many rows. The engine then
 * opens each partition on a thread that may wait, and reads a few batches ahead. Rows cross as
 * Arrow vectors.
 *
 * {@snippet :
 * record Numbers(long count) implements TableProvider, Serializable {
 *   public Schema schema() {
 *     return new Schema(List.of(Field.notNullable("n", new ArrowType.Int(64, true))));
 *   }
 *
 *   public TableScan scan(ScanRequest request) {
 *     return (partition, allocator) -> {
 *       var next = new AtomicLong();
 *       return BatchWriter.reader(request.schema(), allocator, batch -> {
 *         int rows = (int) Math.min(request.batchSize(), count - next.get());
 *         if (batch.getFieldVectors().size() == 1) { // not for count(*)
 *           var n = (BigIntVector) batch.getVector(0);
 *           for (int i = 0; i < rows; i++) {
 *             n.setSafe(i, next.get() + i);
 *           }
 *         }
 *         next.addAndGet(rows);
 *         batch.setRowCount(rows);
 *         return rows > 0;
 *       });
 *     };
 *   }
 * }
 *
 * ctx.register("numbers", new Numbers(1_000_000));
 * ctx.sql("SELECT sum(n) FROM numbers WHERE n > 10");
 * }
 */
@NullMarked
package io.datafusion.catalog;

import org.jspecify.annotations.NullMarked;
