package app;

import io.datafusion.DataFrame;
import io.datafusion.Expr;
import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarUdf;
import org.apache.arrow.memory.RootAllocator;

/** A user's program in a named module that opens nothing. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    double rate = 0.5;
    ScalarUdf half = ScalarUdf.of("half", Double.class, Double.class, x -> x * rate);
    try (SessionContext ctx = SessionContext.create();
        var allocator = new RootAllocator()) {
      Expr call = Expr.fromBytes(ctx, half.call(Expr.col("x")).toBytes(ctx));
      DataFrame frame = ctx.sql("SELECT 5.0 AS x").select(call);
      try (var stream = frame.execute();
          var reader = stream.reader(allocator)) {
        reader.loadNextBatch();
        System.out.println(reader.getVectorSchemaRoot().getVector(0).getObject(0));
      }
    }
  }
}
