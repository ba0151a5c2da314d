package io.datafusion.exchange;

import io.datafusion.SessionContext;
import java.util.Objects;
import java.util.Optional;

/** A context that holds in a scope or on a thread; the scope's wins. */
final class ContextSlot {
  private final ScopedValue<SessionContext> scope = ScopedValue.newInstance();
  private final ThreadLocal<SessionContext> thread = new ThreadLocal<>();

  Optional<SessionContext> get() {
    return scope.isBound() ? Optional.of(scope.get()) : Optional.ofNullable(thread.get());
  }

  void set(SessionContext ctx) {
    thread.set(Objects.requireNonNull(ctx, "ctx"));
  }

  void clear() {
    thread.remove();
  }

  ScopedValue.Carrier bound(SessionContext ctx) {
    return ScopedValue.where(scope, Objects.requireNonNull(ctx, "ctx"));
  }
}
