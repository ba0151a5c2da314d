package user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.SessionContext;
import io.datafusion.SqlOptions;
import io.datafusion.exchange.SenderContext;
import io.datafusion.exchange.WorkerContext;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** contract 21: which context writes and which reads, by scope, thread and process. */
class ExchangeContextTest {
  private SessionContext first;
  private SessionContext second;
  private SessionContext third;

  @BeforeEach
  void open() {
    first = SessionContext.create();
    second = first.withSqlOptions(SqlOptions.all());
    third = first.withSqlOptions(SqlOptions.all());
  }

  @AfterEach
  void close() {
    for (Role role : Role.values()) {
      role.clear.run();
    }
    WorkerContext.clearDefault();
    third.close();
    second.close();
    first.close();
  }

  /** What senders and workers have in common. */
  @SuppressWarnings("ImmutableEnumChecker") // method references that capture nothing
  enum Role {
    SENDER(SenderContext::get, SenderContext::set, SenderContext::clear, SenderContext::run),
    WORKER(WorkerContext::get, WorkerContext::set, WorkerContext::clear, WorkerContext::run);

    final Supplier<Optional<SessionContext>> get;
    final Consumer<SessionContext> set;
    final Runnable clear;
    final BiConsumer<SessionContext, Runnable> run;

    Role(
        Supplier<Optional<SessionContext>> get,
        Consumer<SessionContext> set,
        Runnable clear,
        BiConsumer<SessionContext, Runnable> run) {
      this.get = get;
      this.set = set;
      this.clear = clear;
      this.run = run;
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsSetUntilSomebodyDoes(Role role) {
    assertThat(role.get.get()).isEmpty();
    role.clear.run();
    assertThat(role.get.get()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void theThreadHasWhatWasSetLastUntilItIsCleared(Role role) {
    role.set.accept(first);
    assertThat(role.get.get()).containsSame(first);
    role.set.accept(second);
    assertThat(role.get.get()).containsSame(second);
    role.clear.run();
    assertThat(role.get.get()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void threadsDoNotSeeEachOthers(Role role) throws Exception {
    role.set.accept(first);
    var other =
        new FutureTask<>(
            () -> {
              Optional<SessionContext> before = role.get.get();
              role.set.accept(second);
              return before.or(() -> role.get.get().filter(ctx -> ctx != second));
            });
    Thread.ofPlatform().start(other).join();
    assertThat(other.get()).isEmpty();
    assertThat(role.get.get()).containsSame(first);
  }

  @ParameterizedTest
  @EnumSource
  void theScopeWinsOverTheThread(Role role) {
    role.set.accept(first);
    role.run.accept(
        second,
        () -> {
          assertThat(role.get.get()).containsSame(second);
          role.set.accept(third);
          assertThat(role.get.get()).containsSame(second);
          role.clear.run();
          assertThat(role.get.get()).containsSame(second);
          role.set.accept(third);
        });
    assertThat(role.get.get()).containsSame(third);
  }

  @ParameterizedTest
  @EnumSource
  void scopesNestAndEnd(Role role) {
    role.run.accept(
        first,
        () -> {
          role.run.accept(second, () -> assertThat(role.get.get()).containsSame(second));
          assertThat(role.get.get()).containsSame(first);
          assertThatThrownBy(
                  () ->
                      role.run.accept(
                          third,
                          () -> {
                            throw new IllegalArgumentException("from the task");
                          }))
              .hasMessage("from the task");
          assertThat(role.get.get()).containsSame(first);
        });
    assertThat(role.get.get()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void executorThreadsInheritNothing(Role role) throws Exception {
    try (ExecutorService platform = Executors.newSingleThreadExecutor();
        ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
      role.set.accept(first);
      for (ExecutorService executor : new ExecutorService[] {platform, virtual}) {
        var seen = new FutureTask<>(role.get::get);
        role.run.accept(second, () -> executor.execute(seen));
        assertThat(seen.get()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void nullIsRefused(Role role) {
    assertThatThrownBy(() -> role.set.accept(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> role.run.accept(null, () -> {}))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void rolesAreApart() {
    SenderContext.set(first);
    assertThat(WorkerContext.get()).isEmpty();
    WorkerContext.run(second, () -> assertThat(SenderContext.get()).containsSame(first));
  }

  @Test
  void callsGiveTheirResultAndThrowWhatTheyThrow() throws IOException {
    assertThat(SenderContext.call(first, SenderContext::get)).containsSame(first);
    assertThat(WorkerContext.call(first, WorkerContext::get)).containsSame(first);
    assertThatThrownBy(
            () ->
                WorkerContext.call(
                    first,
                    () -> {
                      throw new IOException("from the task");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("from the task");
  }

  @Test
  void scopeThenThreadThenProcess() {
    WorkerContext.setDefault(first);
    assertThat(WorkerContext.get()).containsSame(first);
    WorkerContext.set(second);
    assertThat(WorkerContext.get()).containsSame(second);
    WorkerContext.run(third, () -> assertThat(WorkerContext.get()).containsSame(third));
    WorkerContext.clear();
    assertThat(WorkerContext.get()).containsSame(first);
    WorkerContext.clearDefault();
    assertThat(WorkerContext.get()).isEmpty();
    assertThatThrownBy(() -> WorkerContext.setDefault(null))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void theProcessDefaultHoldsOnEveryThread() throws Exception {
    WorkerContext.setDefault(first);
    var seen = new FutureTask<>(WorkerContext::get);
    Thread.ofVirtual().start(seen).join();
    assertThat(seen.get()).containsSame(first);
  }
}
