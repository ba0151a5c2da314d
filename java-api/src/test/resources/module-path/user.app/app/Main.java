package app;

import io.datafusion.DataFrame;
import io.datafusion.Expr;
import io.datafusion.SessionContext;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.exchange.WorkerContext;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Udf;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;

/**
 * A user's program in a named module that opens nothing. With the argument "annotated" the function
 * is a method, not a lambda; with "shared" it travels by reference to this package.
 */
public final class Main {
  private Main() {}

  @Udf
  public static double half(double x) {
    return x * 0.5;
  }

  public static void main(String[] arguments) throws Exception {
    double rate = 0.5;
    List<String> options = List.of(arguments);
    ScalarUdf half = ScalarUdf.of("half", Double.class, Double.class, x -> x * rate);
    try {
      half = options.contains("annotated") ? ScalarUdf.allOf(Main.class).get(0) : half;
    } catch (IllegalArgumentException e) {
      System.out.println(e.getMessage());
      return;
    }
    if (options.contains("shared")) {
      half = half.withShared("app");
    }
    try (SessionContext ctx = SessionContext.create();
        var allocator = new RootAllocator()) {
      ScalarUdf back = (ScalarUdf) copy(half);
      Expr call = Expr.fromBytes(ctx, back.call(Expr.col("x")).toBytes(ctx));
      DataFrame frame = ctx.sql("SELECT 5.0 AS x").select(call);
      try (var stream = frame.execute();
          var reader = stream.reader(allocator)) {
        reader.loadNextBatch();
        System.out.println(reader.getVectorSchemaRoot().getVector(0).getObject(0));
      } catch (UnresolvedFunctionException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private static Object copy(Object object) throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      in.setObjectInputFilter(WorkerContext.objectInputFilter());
      return in.readObject();
    }
  }
}
