package app;

import io.datafusion.DataFrame;
import io.datafusion.Expr;
import io.datafusion.SessionContext;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.Window;
import io.datafusion.exchange.WorkerContext;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Udf;
import io.datafusion.udf.WindowUdf;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A user's program in a named module that opens nothing. With the argument "annotated" the function
 * is a method, not a lambda; with "shared" it travels by reference to this package, with
 * "aggregate" it has a record as state.
 */
public final class Main {
  private static final Field FIELD =
      Field.nullable("x", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));

  private Main() {}

  @Udf
  public static double half(double x) {
    return x * 0.5;
  }

  /** A state. */
  public record Sum(double value) {}

  private static void aggregate() {
    try (SessionContext ctx = SessionContext.create()) {
      ctx.register(
          AggregateUdf.of(
              "total",
              Double.class,
              Double.class,
              new Sum(0),
              (Sum sum, Double x) -> new Sum(sum.value + x),
              (a, b) -> new Sum(a.value + b.value),
              Sum::value));
      System.out.println(ctx.sql("SELECT total(x) FROM (VALUES (1.0), (2.5)) AS t(x)").toText(1));
    } catch (IllegalArgumentException e) {
      System.out.println(e.getMessage());
    }
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0 && arguments[0].equals("aggregate")) {
      aggregate();
      return;
    }
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
      WindowUdf same =
          WindowUdf.overPartition("same", half.arguments(), FIELD, row -> row.vector(0));
      if (options.contains("shared")) {
        same = same.withShared("app");
      }
      Expr over = ((WindowUdf) copy(same)).call(Expr.col("x")).over(Window.of()).alias("over");
      DataFrame frame =
          ctx.sql("SELECT 5.0 AS x").select(call, Expr.fromBytes(ctx, over.toBytes(ctx)));
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
