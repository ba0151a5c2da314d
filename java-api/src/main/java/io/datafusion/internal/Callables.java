package io.datafusion.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.MalformedPayloadException;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.internal.callable.CallableDecoder;
import io.datafusion.internal.callable.MalformedCallable;
import io.datafusion.internal.callable.MissingCode;
import io.datafusion.internal.callable.RowSignature;
import io.datafusion.internal.callable.RowType;
import io.datafusion.internal.message.Callable;
import io.datafusion.internal.message.InlinedFunction;
import io.datafusion.udf.VectorFunction;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;

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
      var definition = InlinedFunction.parseFrom(body);
      name = definition.getName();
      CallForm form = CallForm.of(definition);
      Callable callable = definition.getCallable();
      Object function =
          CallableDecoder.decode(
              digest,
              callable.toBuilder().setPayload(callable.getPayload().substring(1)).build(),
              Callables.class.getClassLoader());
      ClassLoader loader = function.getClass().getClassLoader();
      return new Upcalls.Held(called(definition, form, function), loader);
    } catch (InvalidProtocolBufferException | MalformedCallable | IllegalArgumentException e) {
      throw new MalformedPayloadException("function " + name + ": " + e.getMessage(), e);
    } catch (MissingCode e) {
      throw new UnresolvedFunctionException("function " + name + ": " + e.getMessage(), e);
    }
  }

  /**
   * {@return what native code calls for a function of this definition}
   *
   * @throws IllegalArgumentException if the function is not of the form, or a type has no class
   */
  static Object called(InlinedFunction definition, CallForm form, Object function) {
    String name = definition.getName();
    if (form == CallForm.VECTORS) {
      if (function instanceof VectorFunction vectors) {
        return new VectorCalls(name, vectors);
      }
      throw new IllegalArgumentException(function.getClass() + " is no function over vectors");
    }
    var signature =
        new RowSignature(
            name,
            IpcFields.read(definition.getArgumentFields()).stream().map(RowType::of).toList(),
            RowType.of(IpcFields.read(definition.getReturnField()).get(0)),
            form == CallForm.ROWS_WITH_NULLS);
    return RowCalls.of(signature, function);
  }
}
