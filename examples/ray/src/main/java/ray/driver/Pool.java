package ray.driver;

import io.ray.api.ActorHandle;
import io.ray.api.ObjectRef;
import io.ray.api.Ray;
import io.ray.api.exception.RayActorException;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ray.actor.Evaluator;

/** Actors of a processor each, which Ray starts anew when their processes die. */
final class Pool {
  private static final int RESTARTS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final List<ActorHandle<Evaluator>> actors = new ArrayList<>();

  /** An actor said why it has no answer. */
  static final class FailureException extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    FailureException(long pid, String message) {
      super("pid " + pid + ": " + message);
    }
  }

  /** {@return a pool all of whose actors are there} Prints who they are. */
  static Pool start(int size, Class<?> unknown) {
    var pool = new Pool();
    for (int i = 0; i < size; i++) {
      pool.actors.add(
          Ray.actor(Evaluator::new).setResource("CPU", 1.0).setMaxRestarts(RESTARTS).remote());
    }
    for (ActorHandle<Evaluator> actor : pool.actors) {
      long[] process = get(actor.task(Evaluator::process).remote());
      boolean knows = get(actor.task(Evaluator::knows, unknown.getName()).remote());
      System.out.printf(
          "actor: pid %d, Java %d, Class.forName(\"%s\") %s%n",
          process[0], process[1], unknown.getName(), knows ? "FINDS IT" : "fails");
    }
    return pool;
  }

  int size() {
    return actors.size();
  }

  /** Begins to evaluate an expression over a partition. */
  ObjectRef<Object[]> evaluate(int actor, byte[] expression, byte[] batches) {
    return actors.get(actor).task(Evaluator::evaluate, expression, batches).remote();
  }

  /** Begins to run a plan. */
  ObjectRef<Object[]> run(int actor, byte[] plan) {
    return actors.get(actor).task(Evaluator::run, plan).remote();
  }

  /** {@return what an actor answered} */
  static Answer answer(ObjectRef<Object[]> asked) throws FailureException, IOException {
    Object[] answer = get(asked);
    long pid = ((Number) answer[0]).longValue();
    return switch (answer[1]) {
      case byte[] batches -> Answer.of(pid, batches);
      case Object reason -> throw new FailureException(pid, reason.toString());
    };
  }

  /** {@return what an actor answers that is being started anew} */
  Answer insist(int actor, byte[] expression, byte[] batches) throws Exception {
    long start = System.nanoTime();
    while (true) {
      try {
        return answer(evaluate(actor, expression, batches));
      } catch (RayActorException e) {
        if (System.nanoTime() - start > PATIENCE.toNanos()) {
          throw e;
        }
        Thread.sleep(100);
      }
    }
  }

  private static <T> T get(ObjectRef<T> asked) {
    return asked.get(PATIENCE.toMillis());
  }
}
