package io.datafusion.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.MalformedPayloadException;
import io.datafusion.codec.PlanInspector;
import io.datafusion.codec.PlanInspector.Form;
import io.datafusion.codec.PlanInspector.Function;
import io.datafusion.internal.message.Callable;
import io.datafusion.internal.message.CodeUnit;
import io.datafusion.internal.message.Frame;
import io.datafusion.internal.message.InlinedFunction;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What codecs wrote around their bytes, taken off.
 *
 * @param ids of the codecs, from the outside in
 * @param inside what they wrote
 */
record Envelopes(List<String> ids, ByteString inside) {
  private static final ByteString MAGIC = ByteString.copyFromUtf8("DFPYCHN");
  private static final ByteString PYTHON = ByteString.copyFromUtf8("DFPYUD");
  private static final ByteString JAVA = ByteString.copyFromUtf8("DFJVUD");
  private static final int FAMILY = 7;
  private static final int HEAD = 12;

  static Envelopes of(ByteString bytes) {
    var ids = new ArrayList<String>();
    ByteString inside = bytes;
    while (inside.startsWith(MAGIC)) {
      if (inside.size() < HEAD || inside.byteAt(FAMILY) != 1) {
        throw new MalformedPayloadException(
            "a codec envelope that is cut off, or no version 1", null);
      }
      long length = 0;
      for (int i = 0; i < 4; i++) {
        length |= (inside.byteAt(FAMILY + 1 + i) & 0xffL) << (8 * i);
      }
      if (length > inside.size() - HEAD) {
        throw new MalformedPayloadException(
            "a codec id of " + length + " bytes in an envelope of " + inside.size(), null);
      }
      int end = HEAD + (int) length;
      ids.add(inside.substring(HEAD, end).toStringUtf8());
      inside = inside.substring(end);
    }
    return new Envelopes(List.copyOf(ids), inside);
  }

  /** {@return the function that a node names and its definition field describes} */
  static Function function(String name, PlanInspector.Kind kind, ByteString definition) {
    Envelopes opened = of(definition);
    ByteString inside = opened.inside;
    Optional<String> codec = opened.ids.stream().findFirst();
    if (inside.startsWith(JAVA)) {
      return new Function(name, kind, Form.INLINED, codec, Optional.of(frame(name, inside)));
    }
    if (inside.startsWith(PYTHON)) {
      var python = new PlanInspector.Frame(inside.size(), "", "python", 0, List.of(), List.of());
      return new Function(name, kind, Form.INLINED, codec, Optional.of(python));
    }
    Form form = definition.isEmpty() ? Form.BY_NAME : Form.CODEC;
    return new Function(name, kind, form, codec, Optional.empty());
  }

  private static PlanInspector.Frame frame(String name, ByteString bytes) {
    if (bytes.size() <= FAMILY || bytes.byteAt(FAMILY) != 1) {
      throw broken(name, "a frame that is cut off, or no version 1", null);
    }
    try {
      Frame frame = Frame.parseFrom(bytes.substring(FAMILY + 1));
      ByteString head = bytes.substring(0, FAMILY + 1);
      byte[] digest = Frames.digest(head.toByteArray(), frame.getBody().toByteArray());
      if (!ByteString.copyFrom(digest).equals(frame.getSha256())) {
        throw broken(name, "a digest that is not the frame's", null);
      }
      InlinedFunction function = InlinedFunction.parseFrom(frame.getBody());
      if (!function.getName().equals(name)) {
        throw broken(name, "a frame of the function " + function.getName(), null);
      }
      Callable callable = function.getCallable();
      return new PlanInspector.Frame(
          bytes.size(),
          HexFormat.of().formatHex(digest),
          callable.getCodecId(),
          callable.getRuntimeRelease(),
          names(callable.getCarriedList()),
          names(callable.getReferencedList()));
    } catch (InvalidProtocolBufferException e) {
      throw broken(name, String.valueOf(e.getMessage()), e);
    }
  }

  private static List<String> names(List<CodeUnit> units) {
    return units.stream().map(CodeUnit::getName).toList();
  }

  private static MalformedPayloadException broken(
      String name, String what, @Nullable Throwable cause) {
    return new MalformedPayloadException("function " + name + ": " + what, cause);
  }
}
