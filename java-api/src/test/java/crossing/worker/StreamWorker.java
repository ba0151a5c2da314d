package crossing.worker;

import io.datafusion.DataFrame;
import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.Parquet;
import io.datafusion.SessionContext;
import io.datafusion.codec.UdfInlining;
import io.datafusion.exchange.WorkerContext;
import io.datafusion.udf.ScalarUdf;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The receiver of an object stream, in a JVM without the sender's classes. Arguments: stream file,
 * Parquet file, "enabled" or "disabled", number of objects. Prints {@code READ <class>}, for an
 * expression {@code NAME <canonical name>}, and the rows, or {@code ERROR <class>: <message>}, for
 * each.
 */
public final class StreamWorker {
  private StreamWorker() {}

  public static void main(String[] arguments) throws Exception {
    UdfInlining policy =
        arguments[2].equals("disabled") ? UdfInlining.disabled() : UdfInlining.enabled();
    try (SessionContext base = SessionContext.create();
        SessionContext session = base.withUdfInlining(policy);
        InputStream file = Files.newInputStream(Path.of(arguments[0]));
        ObjectInputStream in = new ObjectInputStream(file)) {
      WorkerContext.setDefault(session);
      in.setObjectInputFilter(WorkerContext.objectInputFilter());
      DataFrame data = session.read(Parquet.of(arguments[1]));
      for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
        answer(session, data, in);
      }
    }
  }

  private static void answer(SessionContext session, DataFrame data, ObjectInputStream in)
      throws Exception {
    try {
      Object object = in.readObject();
      System.out.println("READ " + object.getClass().getSimpleName());
      DataFrame frame =
          switch (object) {
            case Expr expr -> {
              System.out.println("NAME " + expr.canonicalName());
              yield data.select(expr);
            }
            case LogicalPlan plan -> session.dataFrame(plan);
            case ScalarUdf function -> data.select(function.call(Expr.col("fare")));
            default -> throw new IllegalArgumentException(object.toString());
          };
      System.out.println(frame.toText(10));
    } catch (RuntimeException e) {
      System.out.println("ERROR " + e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }
}
