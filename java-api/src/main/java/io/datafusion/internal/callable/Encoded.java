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
 */
public record Encoded(
    ByteString payload, List<CodeUnit> carried, List<CodeUnit> referenced, int runtimeRelease) {
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
