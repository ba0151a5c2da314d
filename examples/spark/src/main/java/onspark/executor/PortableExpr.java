package onspark.executor;

import io.datafusion.Expr;
import io.datafusion.PhysicalExpr;
import io.datafusion.SessionContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.spark.api.java.function.FlatMapFunction;

/**
 * An expression on its way to executors, for {@code mapPartitions} over messages of {@link Ipc}.
 *
 * <p>It is the bytes of the expression and nothing else, Java functions inside. They are read where
 * the first batch is, by the session of that JVM. (An {@link Expr} is Serializable, too, so any
 * task may hold one; this holds what a JVM has to read only once.)
 */
public final class PortableExpr implements FlatMapFunction<Iterator<byte[]>, Evaluated> {
  private static final long serialVersionUID = 1;

  private final byte[] bytes;

  private PortableExpr(byte[] bytes) {
    this.bytes = bytes;
  }

  /** {@return an expression as a context writes it} */
  public static PortableExpr of(SessionContext ctx, Expr expr) {
    return new PortableExpr(expr.toBytes(ctx));
  }

  /** {@return how many bytes travel} */
  public int size() {
    return bytes.length;
  }

  /** {@return the column that the expression makes of each batch} */
  @Override
  public Iterator<Evaluated> call(Iterator<byte[]> messages) throws Exception {
    List<Evaluated> made = new ArrayList<>();
    while (messages.hasNext()) {
      try (ArrowReader reader = Ipc.read(messages.next(), Engine.ALLOCATOR)) {
        VectorSchemaRoot batch = reader.getVectorSchemaRoot();
        PhysicalExpr expr = Engine.expression(bytes, batch.getSchema());
        while (reader.loadNextBatch()) {
          try (VectorSchemaRoot column = expr.evaluate(batch, Engine.ALLOCATOR)) {
            made.add(Evaluated.here(Ipc.write(column)));
          }
        }
      }
    }
    return made.iterator();
  }
}
