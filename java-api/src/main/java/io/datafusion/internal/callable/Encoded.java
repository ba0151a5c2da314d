package io.datafusion.internal.callable;

import com.google.protobuf.ByteString;
import io.datafusion.internal.message.Callable;
import io.datafusion.internal.message.CodeUnit;
import java.util.List;

/**
 * A function as data.
 *
 * @param payload a serialised {@code CallablePayload}
 * @param carried the class files that travel along, ordered by name
 * @param referenced the classes that the receiver must have, ordered by name
 * @param runtimeRelease the Java release that the carried code needs, 0 where none is carried
 * @param stateful whether equal bytes may stand for functions that differ, since the function has
 *     state that the bytes do not hold, or that may change after they are made. It has if
 *     <ul>
 *       <li>it captures an array, or a collection of the JDK other than those of {@code List.of},
 *           {@code Set.of}, {@code Map.of}, {@code Stream.toList} and the empty, singleton and
 *           repeated ones of {@code Collections};
 *       <li>it is or captures an object with a field that is transient or not final, in its class
 *           or above it;
 *       <li>it is or captures a constant of an enum with a field that is not final, or whose type
 *           allows objects that change;
 *       <li>code that travels, other than a static initialiser itself, uses a static field of a
 *           class that travels which is not final, or whose type allows objects that change; a
 *           class literal counts as using all fields of its class.
 *     </ul>
 *     Such types are all but: the primitives and their boxes, strings, classes, the values of
 *     {@code java.time}, big numbers, {@code UUID}, {@code URI}, {@code Pattern}, {@code Locale},
 *     {@code Charset}, {@code DateTimeFormatter}, {@code MathContext}, the primitive optionals,
 *     enums of the JDK, and final or sealed user types whose fields are all final and of these.
 *     What a captured value holds counts as captured: within immutable collections, optionals,
 *     records, objects and lambdas.
 */
public record Encoded(
    ByteString payload,
    List<CodeUnit> carried,
    List<CodeUnit> referenced,
    int runtimeRelease,
    boolean stateful) {
  /** The codec id under which these bytes are read. */
  public static final String CODEC_ID = "java";

  /** Copies the lists. */
  public Encoded {
    carried = List.copyOf(carried);
    referenced = List.copyOf(referenced);
  }

  /** {@return the message that an inlined function holds} */
  public Callable toMessage() {
    return Callable.newBuilder()
        .setCodecId(CODEC_ID)
        .setPayload(payload)
        .addAllCarried(carried)
        .addAllReferenced(referenced)
        .setRuntimeRelease(runtimeRelease)
        .build();
  }
}
