package user;

import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.internal.boundary.Faults;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Holds after each test of a class that the objects of both other libraries, and the capsules of
 * ours, are as many as before it: each was released, and none twice.
 */
final class ReleasedFixtures implements BeforeEachCallback, AfterEachCallback {
  private static final ExtensionContext.Namespace OURS =
      ExtensionContext.Namespace.create(ReleasedFixtures.class);

  private record Live(long first, long second, long capsules) {}

  @Override
  public void beforeEach(ExtensionContext test) throws InterruptedException {
    Extension.await(() -> capsules() == 0);
    Live live = new Live(Extension.FIRST.settled(), Extension.SECOND.settled(), capsules());
    test.getStore(OURS).put(Live.class, live);
  }

  @Override
  public void afterEach(ExtensionContext test) throws InterruptedException {
    Live live = test.getStore(OURS).get(Live.class, Live.class);
    Extension.FIRST.awaitReleased(live.first);
    Extension.SECOND.awaitReleased(live.second);
    awaitCapsules(live.capsules);
  }

  private static long capsules() {
    return Faults.counters().get("capsules");
  }

  /** Waits until as many capsules live as before. */
  static void awaitCapsules(long before) throws InterruptedException {
    Extension.await(() -> capsules() == before);
    assertThat(capsules()).as("capsules").isEqualTo(before);
  }
}
