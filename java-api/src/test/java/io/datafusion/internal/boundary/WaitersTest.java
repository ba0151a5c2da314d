package io.datafusion.internal.boundary;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A wake-up must come through when there is no memory left for anything. */
class WaitersTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static List<Task.Waiter> waiters(int count) {
    var waiters = new ArrayList<Task.Waiter>();
    for (int i = 0; i < count; i++) {
      var waiter = new Task.Waiter(Upcalls.newHandle(), Thread.currentThread());
      Waiters.add(waiter);
      waiters.add(waiter);
    }
    return waiters;
  }

  @Test
  void wakingAllocatesNothing() {
    List<Task.Waiter> waiters = waiters(2_000);
    long[] handles = waiters.stream().mapToLong(waiter -> waiter.handle).toArray();
    THREADS.getCurrentThreadAllocatedBytes();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (long handle : handles) {
      Upcalls.complete(handle);
    }
    long after = THREADS.getCurrentThreadAllocatedBytes();
    assertThat(after - before).isZero();
    assertThat(waiters).allMatch(Task.Waiter::isDone);
    waiters.forEach(waiter -> assertThat(Waiters.remove(waiter.handle)).isTrue());
  }

  @Test
  void eachIsWokenAndRemovedByItsOwnHandle() {
    int before = Upcalls.live();
    List<Task.Waiter> waiters = waiters(1_000);
    assertThat(Upcalls.live()).isEqualTo(before + 1_000);
    for (int i = 0; i < waiters.size(); i += 3) {
      Upcalls.complete(waiters.get(i).handle);
      assertThat(Waiters.remove(waiters.get(i).handle)).isTrue();
      assertThat(Waiters.remove(waiters.get(i).handle)).isFalse();
    }
    for (int i = 0; i < waiters.size(); i++) {
      assertThat(waiters.get(i).isDone()).isEqualTo(i % 3 == 0);
      assertThat(Waiters.remove(waiters.get(i).handle)).isEqualTo(i % 3 != 0);
    }
    assertThat(Upcalls.live()).isEqualTo(before);
  }
}
