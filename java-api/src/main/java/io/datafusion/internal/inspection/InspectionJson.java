package io.datafusion.internal.inspection;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.datafusion.codec.FunctionForm;
import io.datafusion.codec.FunctionFrame;
import io.datafusion.codec.PlanInspector.Fact;
import io.datafusion.codec.PlanInspector.Function;
import io.datafusion.codec.PlanInspector.Inspection;
import io.datafusion.codec.PlanInspector.Node;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;

/** An inspection as programs read it; {@code Inspection.toJson} documents the names. */
public final class InspectionJson {
  private final JsonGenerator json;

  private InspectionJson(JsonGenerator json) {
    this.json = json;
  }

  /** {@return everything that was found} */
  public static String of(Inspection inspection) {
    var text = new StringWriter();
    var factory = JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    try (JsonGenerator json = factory.createGenerator(text)) {
      var indenter = new DefaultIndenter("  ", "\n");
      json.setPrettyPrinter(new DefaultPrettyPrinter().withObjectIndenter(indenter));
      new InspectionJson(json).inspection(inspection);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private void inspection(Inspection inspection) throws IOException {
    json.writeStartObject();
    json.writeStringField("message", word(inspection.message()));
    json.writeNumberField("size", inspection.size());
    strings("codecs", inspection.codecs());
    json.writeFieldName("root");
    node(inspection.root());
    json.writeArrayFieldStart("functions");
    for (var call : InspectionText.distinct(inspection.functions()).entrySet()) {
      function(call.getKey(), call.getValue());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private void strings(String name, List<String> values) throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  private void node(Node node) throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", node.kind());
    json.writeStringField("role", node.role());
    json.writeObjectFieldStart("facts");
    for (Fact fact : node.facts()) {
      strings(fact.name(), fact.values());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("children");
    for (Node child : node.children()) {
      node(child);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void function(Function function, int calls) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", function.name());
    json.writeStringField("kind", word(function.kind()));
    json.writeNumberField("calls", calls);
    strings("codecs", function.codecs());
    switch (function.form()) {
      case FunctionForm.ByName(boolean empty) -> {
        json.writeStringField("form", "by_name");
        json.writeBooleanField("empty", empty);
      }
      case FunctionForm.Inlined(FunctionFrame frame) -> {
        json.writeStringField("form", "inlined");
        frame(frame);
      }
      case FunctionForm.Python(String family, String release, int size) -> {
        json.writeStringField("form", "python");
        json.writeStringField("family", family);
        json.writeStringField("release", release);
        json.writeNumberField("size", size);
      }
      case FunctionForm.Opaque(int size, String head) -> {
        json.writeStringField("form", "opaque");
        json.writeNumberField("size", size);
        json.writeStringField("head", head);
      }
    }
    json.writeEndObject();
  }

  private void frame(FunctionFrame frame) throws IOException {
    json.writeStringField("family", frame.family());
    json.writeNumberField("size", frame.size());
    json.writeStringField("sha256", frame.sha256());
    json.writeBooleanField("verified", frame.verified());
    definition(frame.definition());
    code(frame.code());
    json.writeFieldName("signed");
    if (frame.signed().isEmpty()) {
      json.writeNull();
      return;
    }
    FunctionFrame.Signature signature = frame.signed().get();
    json.writeStartObject();
    json.writeStringField("algorithm", signature.algorithm());
    json.writeStringField("key", signature.key());
    json.writeNumberField("size", signature.size());
    json.writeEndObject();
  }

  private void definition(FunctionFrame.Definition definition) throws IOException {
    json.writeObjectFieldStart("definition");
    json.writeStringField("name", definition.name());
    strings("aliases", definition.aliases());
    json.writeStringField(
        "volatility", definition.volatility().map(InspectionJson::word).orElse(""));
    json.writeStringField("signature", definition.signature());
    fields("arguments", definition.arguments());
    json.writeFieldName("result");
    if (definition.result().isEmpty()) {
      json.writeNull();
    } else {
      field(definition.result().get());
    }
    fields("state", definition.state());
    json.writeEndObject();
  }

  private void fields(String name, List<Field> fields) throws IOException {
    json.writeArrayFieldStart(name);
    for (Field field : fields) {
      field(field);
    }
    json.writeEndArray();
  }

  private void field(Field field) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", field.getName());
    json.writeStringField("type", FieldText.type(field));
    json.writeBooleanField("nullable", field.isNullable());
    json.writeObjectFieldStart("metadata");
    for (Map.Entry<String, String> entry : field.getMetadata().entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void code(FunctionFrame.Code code) throws IOException {
    json.writeObjectFieldStart("code");
    json.writeStringField("codec", code.codec());
    json.writeNumberField("size", code.size());
    json.writeNumberField("release", Integer.toUnsignedLong(code.release()));
    units("carried", code.carried());
    units("referenced", code.referenced());
    json.writeEndObject();
  }

  private void units(String name, List<FunctionFrame.Unit> units) throws IOException {
    json.writeArrayFieldStart(name);
    for (FunctionFrame.Unit unit : units) {
      json.writeStartObject();
      json.writeStringField("name", unit.name());
      json.writeNumberField("size", unit.size());
      json.writeStringField("sha256", unit.sha256());
      json.writeBooleanField("verified", unit.verified());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
