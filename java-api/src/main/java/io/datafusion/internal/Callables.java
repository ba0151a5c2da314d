package io.datafusion.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.MalformedPayloadException;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.internal.arrow.IpcSchema;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.internal.callable.CallableDecoder;
import io.datafusion.internal.callable.MalformedCallable;
import io.datafusion.internal.callable.MissingCode;
import io.datafusion.internal.callable.ParseLimits;
import io.datafusion.internal.callable.RowSignature;
import io.datafusion.internal.callable.RowType;
import io.datafusion.internal.message.Callable;
import io.datafusion.internal.message.InlinedFunction;
import io.datafusion.udf.NullHandling;
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
      Callable callable = definition.getCallable();
      ByteString payload = callable.getPayload();
      boolean nulls = nullsPass(name, payload);
      Object function =
          CallableDecoder.decode(
              digest,
              callable.toBuilder().setPayload(payload.substring(1)).build(),
              Callables.class.getClassLoader());
      var signature =
          new RowSignature(
              name,
              fields(definition.getArgumentFields()).stream().map(RowType::of).toList(),
              RowType.of(fields(definition.getReturnField()).get(0)),
              nulls);
      ClassLoader loader = function.getClass().getClassLoader();
      return new Upcalls.Held(RowCalls.of(signature, function), loader);
    } catch (InvalidProtocolBufferException | MalformedCallable | IllegalArgumentException e) {
      throw new MalformedPayloadException("function " + name + ": " + e.getMessage(), e);
    } catch (MissingCode e) {
      throw new UnresolvedFunctionException("function " + name + ": " + e.getMessage(), e);
    }
  }

  static byte nullByte(NullHandling nulls) {
    return (byte) (nulls == NullHandling.PASS ? 1 : 0);
  }

  private static boolean nullsPass(String name, ByteString payload) {
    int first = payload.isEmpty() ? -1 : payload.byteAt(0);
    return switch (first) {
      case 0 -> false;
      case 1 -> true;
      default ->
          throw new MalformedPayloadException(
              "function " + name + ": a payload that begins with " + first, null);
    };
  }

  private static List<Field> fields(ByteString schema) {
    return IpcSchema.fromBytes(schema.toByteArray()).getFields();
  }
}
