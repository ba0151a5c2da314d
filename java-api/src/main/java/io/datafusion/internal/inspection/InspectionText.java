package io.datafusion.internal.inspection;

import io.datafusion.codec.FunctionForm;
import io.datafusion.codec.FunctionFrame;
import io.datafusion.codec.PlanInspector.Fact;
import io.datafusion.codec.PlanInspector.Function;
import io.datafusion.codec.PlanInspector.Inspection;
import io.datafusion.codec.PlanInspector.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;

/** An inspection as a person reads it. */
public final class InspectionText {
  private static final int VALUES = 8;
  private static final int CHARACTERS = 120;

  private final StringBuilder text = new StringBuilder();

  private InspectionText() {}

  /** {@return everything that was found} */
  public static String of(Inspection inspection) {
    var writer = new InspectionText();
    writer.line(0, word(inspection.message()) + ", " + inspection.size() + " bytes");
    if (!inspection.codecs().isEmpty()) {
      writer.line(0, "codecs: " + list(inspection.codecs()));
    }
    writer.text.append('\n');
    writer.node(inspection.root(), 0);
    if (!inspection.functions().isEmpty()) {
      writer.text.append('\n');
      writer.line(0, "functions");
      distinct(inspection.functions()).forEach(writer::function);
    }
    return writer.text.toString();
  }

  /** {@return a node and what is under it} */
  public static String of(Node node) {
    var writer = new InspectionText();
    writer.node(node, 0);
    return writer.text.toString();
  }

  /** {@return equal calls once, with their number, in the order of the first} */
  static Map<Function, Integer> distinct(List<Function> functions) {
    var calls = new LinkedHashMap<Function, Integer>();
    functions.forEach(function -> calls.merge(function, 1, Integer::sum));
    return calls;
  }

  private void line(int depth, String content) {
    text.append("  ".repeat(depth)).append(content).append('\n');
  }

  private void node(Node node, int depth) {
    var content = new StringBuilder();
    if (!node.role().isEmpty()) {
      content.append(shown(node.role())).append(": ");
    }
    content.append(node.kind());
    for (Fact fact : node.facts()) {
      content.append(' ').append(fact.name()).append('=').append(values(fact.values()));
    }
    line(depth, content.toString());
    node.children().forEach(child -> node(child, depth + 1));
  }

  private static String values(List<String> values) {
    return values.size() == 1 ? word(values.get(0)) : list(values);
  }

  private static String list(List<String> values) {
    String more = values.size() > VALUES ? ", and " + (values.size() - VALUES) + " more]" : "]";
    return values.stream()
        .limit(VALUES)
        .map(InspectionText::word)
        .collect(Collectors.joining(", ", "[", more));
  }

  private static String word(String value) {
    return value.length() <= CHARACTERS
        ? Printable.word(value)
        : Printable.word(value.substring(0, CHARACTERS)) + "... (of " + value.length() + ")";
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private void function(Function function, int calls) {
    String head =
        word(function.name())
            + " ("
            + word(function.kind())
            + (calls == 1 ? "): " : ", " + calls + " calls): ")
            + form(function.form())
            + function.codecs().reversed().stream()
                .map(codec -> " in " + word(codec))
                .collect(Collectors.joining());
    line(1, head);
    if (function.form() instanceof FunctionForm.Inlined(FunctionFrame frame)) {
      definition(function.name(), frame.definition());
      frame(frame);
    }
  }

  private static String form(FunctionForm form) {
    return switch (form) {
      case FunctionForm.ByName(boolean empty) ->
          empty ? "by name, for the reader's codecs" : "by name";
      case FunctionForm.Inlined(FunctionFrame frame) ->
          "inlined " + frame.family() + ", " + frame.size() + " bytes";
      case FunctionForm.Python python ->
          "inlined "
              + python.family()
              + ", "
              + python.size()
              + " bytes that Python "
              + python.release()
              + " reads";
      case FunctionForm.Opaque opaque ->
          "unknown, " + opaque.size() + " bytes" + (opaque.size() == 0 ? "" : ": " + opaque.head());
    };
  }

  private void definition(String call, FunctionFrame.Definition definition) {
    if (!definition.name().equals(call)) {
      detail("named " + word(definition.name()) + ", NOT as in the call");
    }
    if (!definition.aliases().isEmpty()) {
      detail("aliases " + list(definition.aliases()));
    }
    detail(
        definition.volatility().map(InspectionText::word).orElse("no volatility")
            + ", takes "
            + shown(definition.signature()));
    if (!definition.arguments().isEmpty()) {
      detail("arguments " + fields(definition.arguments()));
    }
    detail(
        "answers "
            + definition
                .result()
                .map(FieldText::of)
                .map(InspectionText::shown)
                .orElse("what its code computes"));
    if (!definition.state().isEmpty()) {
      detail("state " + fields(definition.state()));
    }
  }

  private void frame(FunctionFrame frame) {
    detail("sha256 " + frame.sha256() + (frame.verified() ? ", verified" : ", NOT what it says"));
    frame
        .signed()
        .ifPresent(
            signature ->
                detail(
                    "signed by "
                        + word(signature.algorithm())
                        + " key "
                        + shown(signature.key())
                        + ", "
                        + signature.size()
                        + " bytes, not checked"));
    FunctionFrame.Code code = frame.code();
    detail(
        "code for "
            + word(code.codec())
            + (code.release() == 0 ? "" : " " + code.release())
            + ", "
            + code.size()
            + " bytes");
    code.carried()
        .forEach(
            unit ->
                detail(
                    "carries "
                        + word(unit.name())
                        + ", "
                        + unit.size()
                        + " bytes, sha256 "
                        + shown(unit.sha256())
                        + (unit.verified() ? ", verified" : ", NOT what it says")));
    code.referenced().forEach(unit -> detail("refers to " + word(unit.name())));
  }

  private static String fields(List<Field> fields) {
    return list(fields.stream().map(FieldText::of).toList());
  }

  private static String shown(String value) {
    return value.length() <= CHARACTERS
        ? Printable.line(value)
        : Printable.line(value.substring(0, CHARACTERS)) + "... (of " + value.length() + ")";
  }

  private void detail(String content) {
    line(2, content);
  }
}
