package io.datafusion.internal.boundary;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The calls that run in the name of one session value or stream; closing it cancels them. */
public final class CallScope {
  private final Set<Task> running = ConcurrentHashMap.newKeySet();
  private final AtomicInteger rounds = new AtomicInteger();

  /** {@return the number of times that everything was cancelled} */
  public int round() {
    return rounds.get();
  }

  /** Adds a call that was made in a round; if that round is over, the call is cancelled at once. */
  void enter(Task task, int round) {
    running.add(task);
    if (rounds.get() != round) {
      task.cancel();
    }
  }

  void leave(Task task) {
    running.remove(task);
  }

  /** Cancels every call that runs now. Later calls are not touched. */
  public void cancelRunning() {
    rounds.incrementAndGet();
    running.forEach(Task::cancel);
  }
}
