package io.datafusion.internal.callable;

import com.google.protobuf.ByteString;
import io.datafusion.internal.message.CallablePayload;
import io.datafusion.internal.message.CodeUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Writes functions as data: the captured values and the class files they reach. */
public final class CallableEncoder {
  /** The version of {@link CallablePayload} that is written and read. */
  static final int VERSION = 1;

  /** A frame has at most 64 MiB; this leaves room for the rest of it. */
  static final int BYTE_LIMIT = (64 << 20) - (64 << 10);

  private CallableEncoder() {}

  /**
   * {@return a function as data}
   *
   * @param callable a serializable lambda, a method reference, or an object of a class that
   *     implements the function
   * @param shared packages, with those below them, whose classes the receiver has and that do not
   *     travel
   * @throws NotShippable naming the part of the function that cannot travel, its class, and a
   *     remedy
   */
  public static Encoded encode(Object callable, Set<String> shared) throws NotShippable {
    try {
      return write(callable, shared);
    } catch (StackOverflowError e) {
      throw new NotShippable(callable, "is nested too deep to be written, or its classes are", e);
    } catch (OutOfMemoryError e) {
      throw new NotShippable(callable, "takes more memory to be written than there is", e);
    } catch (RuntimeException | Error e) {
      throw new NotShippable(callable, "cannot be written: " + e.getClass().getName(), e);
    }
  }

  private static Encoded write(Object callable, Set<String> shared) throws NotShippable {
    var code = new SharedCode(shared);
    var closure = new CodeClosure(code);
    var values = new ValueWriter(code, closure);
    values.write(callable, Part.root(callable));
    ByteString payload =
        CallablePayload.newBuilder()
            .setVersion(VERSION)
            .addAllValues(values.table())
            .build()
            .toByteString();
    List<CodeUnit> carried = closure.carried();
    long bytes = payload.size() + carried.stream().mapToLong(CodeUnit::getSerializedSize).sum();
    if (bytes > BYTE_LIMIT) {
      throw ValueWriter.refused(
          Part.root(callable), callable, "comes to " + bytes + " bytes, more than " + BYTE_LIMIT);
    }
    List<CodeUnit> referenced = closure.referenced();
    check(payload, carried, referenced, callable);
    boolean stateful = values.stateful() || closure.hasState();
    if (!shared.isEmpty()) {
      ReferenceLoaders.defined(callable);
    }
    return new Encoded(payload, carried, referenced, closure.release(), stateful);
  }

  /** What the receiver would refuse is refused here. */
  private static void check(
      ByteString bytes, List<CodeUnit> carried, List<CodeUnit> referenced, Object callable)
      throws NotShippable {
    var names = new HashSet<String>();
    var code = new HashMap<String, byte[]>();
    for (CodeUnit unit : carried) {
      names.add(unit.getName());
      code.put(InternalName.ofBinary(unit.getName()), unit.getCode().toByteArray());
    }
    try {
      CallablePayload payload = CallableDecoder.payload(bytes);
      new PayloadCheck(payload, names, CallableDecoder.names(referenced)).check();
      new PayloadTypes(payload, new ClassFiles(code, callable.getClass().getClassLoader())).check();
    } catch (MalformedCallable e) {
      throw ValueWriter.refused(
          Part.root(callable), callable, "would be refused: " + e.getMessage());
    } catch (MissingCode e) {
      // another loader has the class, or the receiver's
    }
  }
}
