package io.datafusion.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.MalformedPayloadException;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.catalog.TableProvider;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.internal.callable.CallableDecoder;
import io.datafusion.internal.callable.MalformedCallable;
import io.datafusion.internal.callable.MissingCode;
import io.datafusion.internal.callable.ParseLimits;
import io.datafusion.internal.callable.ReferenceLoaders;
import io.datafusion.internal.callable.RowSignature;
import io.datafusion.internal.callable.RowType;
import io.datafusion.internal.message.Callable;
import io.datafusion.internal.message.InlinedFunction;
import io.datafusion.udf.Accumulator;
import io.datafusion.udf.AsyncFunction;
import io.datafusion.udf.GroupsAccumulator;
import io.datafusion.udf.TableFunction;
import io.datafusion.udf.VectorFunction;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Brings functions that came out of bytes to life, each digest once as long as somebody uses it.
 */
final class Callables {
  private static final ConcurrentHashMap<ByteString, WeakReference<Upcalls.Held>> LIVING =
      new ConcurrentHashMap<>();

  private Callables() {}

  /**
   * {@return the callable of a definition whose digest was checked}
   *
   * @throws MalformedPayloadException if the code is not what it should be; no class was defined
   * @throws UnresolvedFunctionException if a class is missing here, or the code needs a newer Java
   */
  static Upcalls.Held resolve(byte[] body, byte[] sha256) {
    ByteString digest = ByteString.copyFrom(sha256);
    WeakReference<Upcalls.Held> known = LIVING.get(digest);
    Upcalls.Held living = known == null ? null : known.get();
    if (living != null) {
      return living;
    }
    LIVING.values().removeIf(entry -> entry.refersTo(null));
    Upcalls.Held made = make(body, digest);
    LIVING.put(digest, new WeakReference<>(made));
    return made;
  }

  private static Upcalls.Held make(byte[] body, ByteString digest) {
    String name = "?";
    try {
      ParseLimits.checkFunction(body);
      var definition = InlinedFunction.parseFrom(body);
      name = definition.getName();
      CallForm form = CallForm.of(definition);
      check(definition, form);
      Callable callable = definition.getCallable();
      Object function =
          CallableDecoder.decode(
              digest,
              callable.toBuilder().setPayload(callable.getPayload().substring(1)).build(),
              ReferenceLoaders.of(callable.getReferencedList()));
      Object part = function instanceof List<?> parts ? parts.getFirst() : function;
      ClassLoader loader = part.getClass().getClassLoader();
      return new Upcalls.Held(called(definition, form, function), loader);
    } catch (InvalidProtocolBufferException | MalformedCallable | IllegalArgumentException e) {
      throw new MalformedPayloadException("function " + name + ": " + e.getMessage(), e);
    } catch (MissingCode e) {
      throw new UnresolvedFunctionException("function " + name + ": " + e.getMessage(), e);
    }
  }

  /** What would be refused is refused before any class is defined. */
  private static void check(InlinedFunction definition, CallForm form) {
    if (definition.getKind() != form.kind()) {
      throw new IllegalArgumentException(
          definition.getKind() + ", and its code is of " + form.kind());
    }
    switch (form) {
      case ROWS, ROWS_WITH_NULLS -> rows(definition, form);
      case STATES, STATES_WITH_NULLS -> AggregateCalls.signature(definition);
      default -> {
        // vectors hold every type
      }
    }
  }

  /**
   * {@return what native code calls for a function of this definition}
   *
   * @throws IllegalArgumentException if the function is not of the form, or a type has no class
   */
  static Object called(InlinedFunction definition, CallForm form, Object function) {
    String name = definition.getName();
    return switch (form) {
      case ROWS, ROWS_WITH_NULLS -> RowCalls.of(rows(definition, form), function);
      case VECTORS -> new VectorCalls(name, required(VectorFunction.class, function));
      case ASYNC -> new AsyncCalls(name, required(AsyncFunction.class, function));
      case TABLE -> new TableCalls(name, required(TableFunction.Body.class, function));
      case PROVIDER -> new SourceCalls(name, required(TableProvider.class, function));
      case STATES, STATES_WITH_NULLS ->
          AggregateCalls.states(definition, form, required(List.class, function));
      case ACCUMULATORS ->
          AggregateCalls.accumulators(definition, required(Accumulator.Factory.class, function));
      case GROUPS ->
          AggregateCalls.groups(definition, required(GroupsAccumulator.Factory.class, function));
      case WINDOW -> WindowCalls.of(name, function);
    };
  }

  private static <T> T required(Class<T> type, Object function) {
    if (type.isInstance(function)) {
      return type.cast(function);
    }
    throw new IllegalArgumentException(function.getClass() + " is no " + type.getSimpleName());
  }

  private static RowSignature rows(InlinedFunction definition, CallForm form) {
    List<Field> arguments = IpcFields.read(definition.getArgumentFields());
    List<Field> result = IpcFields.read(definition.getReturnField());
    if (arguments.isEmpty()
        || arguments.size() > RowSignature.MOST_ARGUMENTS
        || result.size() != 1) {
      throw new IllegalArgumentException(
          "a function over rows of %d arguments and %d results"
              .formatted(arguments.size(), result.size()));
    }
    return new RowSignature(
        definition.getName(),
        arguments.stream().map(RowType::of).toList(),
        RowType.of(result.get(0)),
        form == CallForm.ROWS_WITH_NULLS);
  }
}
