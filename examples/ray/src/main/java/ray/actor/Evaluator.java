package ray.actor;

import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.SessionContext;
import java.io.IOException;

/**
 * What an actor does: it holds a session, made once, and no function of a driver's.
 *
 * <p>Arguments and answers are numbers, texts and arrays. Ray writes objects of all other classes,
 * exceptions too, with a library that JDK 25 shuts out, and an actor that throws one is at its end.
 */
public final class Evaluator {
  private final SessionContext session = SessionContext.create();

  /** {@return the id of this process, and its release of Java} */
  public long[] process() {
    return new long[] {ProcessHandle.current().pid(), Runtime.version().feature()};
  }

  /** {@return whether this process knows a class} */
  public boolean knows(String className) {
    try {
      Class.forName(className);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * {@return the id of this process, and what an expression is for each row: Arrow IPC, or a text
   * that says why there is none}
   *
   * @param expression as {@link Expr#toBytes()} wrote it
   * @param batches rows as Arrow IPC
   */
  public Object[] evaluate(byte[] expression, byte[] batches) {
    return answer(Expr::fromBytes, expression, read -> Batches.evaluate(session, read, batches));
  }

  /**
   * {@return the id of this process, and the rows of a plan: Arrow IPC, or a text that says why
   * there are none}
   *
   * @param plan as {@link LogicalPlan#toBytes()} wrote it
   */
  public Object[] run(byte[] plan) {
    return answer(LogicalPlan::fromBytes, plan, read -> Batches.run(session, read));
  }

  private interface Reading<T> {
    T read(SessionContext session, byte[] bytes);
  }

  private interface Work<T> {
    byte[] result(T read) throws IOException;
  }

  private <T> Object[] answer(Reading<T> reading, byte[] bytes, Work<T> work) {
    long pid = ProcessHandle.current().pid();
    String what = "what was sent";
    try {
      T read = reading.read(session, bytes);
      what = read.toString();
      return new Object[] {pid, work.result(read)};
    } catch (IOException | RuntimeException e) {
      return new Object[] {pid, what + ": " + e};
    }
  }
}
