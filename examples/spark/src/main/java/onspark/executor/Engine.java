package onspark.executor;

import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.PhysicalExpr;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** The engine of this JVM: one session for all of its tasks, for as long as it lives. */
final class Engine {
  /** One partition a query: the tasks are what runs beside each other. */
  private static final SessionContext SESSION =
      SessionContext.create(SessionConfig.of().withTargetPartitions(1));

  static final BufferAllocator ALLOCATOR = new RootAllocator();

  private static final int MOST_EXPRESSIONS = 64;
  private static final Map<Key, PhysicalExpr> EXPRESSIONS =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, PhysicalExpr> eldest) {
          return size() > MOST_EXPRESSIONS;
        }
      };

  private static final AtomicInteger READS = new AtomicInteger();

  private record Key(ByteBuffer bytes, Schema columns) {}

  private Engine() {}

  /**
   * {@return an expression, ready for batches of those columns} Spark makes the objects of a task
   * anew for each; what was read once is kept here, so that the next task has it.
   */
  static PhysicalExpr expression(byte[] bytes, Schema columns) {
    synchronized (EXPRESSIONS) {
      return EXPRESSIONS.computeIfAbsent(
          new Key(ByteBuffer.wrap(bytes), columns), key -> read(bytes, columns));
    }
  }

  private static PhysicalExpr read(byte[] bytes, Schema columns) {
    READS.incrementAndGet();
    return PhysicalExpr.of(SESSION, Expr.fromBytes(SESSION, bytes), columns);
  }

  /** {@return the rows of a plan, as a message} */
  static byte[] rows(byte[] plan) throws IOException {
    READS.incrementAndGet();
    return Ipc.write(SESSION.dataFrame(LogicalPlan.fromBytes(SESSION, plan)), ALLOCATOR);
  }

  /** {@return how many expressions and plans were read here} */
  static int reads() {
    return READS.get();
  }
}
