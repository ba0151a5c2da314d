package io.datafusion.internal.callable;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What is inside an unmodifiable wrapper of the JDK, whose order or equality may not be that of its
 * elements.
 *
 * <p>Like a lambda, it is asked through an ObjectOutputStream that writes to nowhere, and that
 * stops at what the wrapper holds.
 */
final class WrappedCollection extends ObjectOutputStream {
  private boolean begun;
  private @Nullable Object inside;

  private WrappedCollection() throws IOException {
    super(OutputStream.nullOutputStream());
    enableReplaceObject(true);
  }

  @Override
  protected @Nullable Object replaceObject(Object written) {
    // the wrapper, or another that it writes in its place
    if (!begun) {
      begun = true;
      return written;
    }
    if (inside == null) {
      inside = written;
    }
    return null;
  }

  /**
   * {@return what is inside, or null where it does not show itself; a form of its own for
   * serialization where it has one}
   */
  static @Nullable Object inside(Object wrapper) {
    try (var asking = new WrappedCollection()) {
      asking.writeObject(wrapper);
      return asking.inside;
    } catch (IOException e) {
      return null;
    }
  }
}
