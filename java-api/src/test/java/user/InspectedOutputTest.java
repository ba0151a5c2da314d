package user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static user.Messages.ascii;
import static user.Messages.bytes;
import static user.Messages.call;
import static user.Messages.envelope;
import static user.Messages.function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datafusion.MalformedPayloadException;
import io.datafusion.codec.PlanInspector;
import io.datafusion.codec.PlanInspector.Inspection;
import io.datafusion.internal.message.FunctionKind;
import java.util.ArrayList;
import java.util.List;
import org.apache.datafusion.protobuf.InListNode;
import org.apache.datafusion.protobuf.LogicalExprNode;
import org.junit.jupiter.api.Test;

/** Inspections as text and as JSON. */
class InspectedOutputTest {
  /** Quotes, line ends, an escape sequence, a direction mark, both kinds of separator, an emoji. */
  private static final String NASTY =
      "a\"b'\\\n\r\t\u001b[31m\u007f\u0085\u009b\u202e\u2028\u0000}, {größe 🙂";

  private static Inspection nasty() {
    var function = function(NASTY, FunctionKind.FUNCTION_KIND_SCALAR).addAliases(NASTY).build();
    return PlanInspector.expression(
        call(NASTY, envelope(NASTY, bytes("DFJVUDF", function))).toByteArray());
  }

  @Test
  void jsonKeepsEveryCharacter() throws Exception {
    String json = nasty().toJson();
    assertThat(json.chars()).allMatch(c -> c == '\n' || (c >= ' ' && c <= 0x7f));
    JsonNode read = new ObjectMapper().readTree(json);
    JsonNode found = read.get("functions").get(0);
    assertThat(found.get("name").textValue()).isEqualTo(NASTY);
    assertThat(found.get("codecs").get(0).textValue()).isEqualTo(NASTY);
    assertThat(found.get("definition").get("name").textValue()).isEqualTo(NASTY);
    assertThat(found.get("definition").get("aliases").get(1).textValue()).isEqualTo(NASTY);
    assertThat(read.get("root").get("facts").get("fun_name").get(0).textValue()).isEqualTo(NASTY);
  }

  @Test
  void jsonHasTheNamesThatItsDocumentationSays() throws Exception {
    JsonNode read = new ObjectMapper().readTree(nasty().toJson());
    assertThat(names(read)).containsExactly("message", "size", "codecs", "root", "functions");
    assertThat(read.get("message").textValue()).isEqualTo("expression");
    assertThat(names(read.get("root"))).containsExactly("kind", "role", "facts", "children");
    JsonNode function = read.get("functions").get(0);
    assertThat(names(function))
        .containsExactly(
            "name",
            "kind",
            "calls",
            "codecs",
            "form",
            "family",
            "size",
            "sha256",
            "verified",
            "definition",
            "code",
            "signed");
    assertThat(names(function.get("definition")))
        .containsExactly(
            "name", "aliases", "volatility", "signature", "arguments", "result", "state");
    assertThat(names(function.get("definition").get("result")))
        .containsExactly("name", "type", "nullable", "metadata");
    assertThat(names(function.get("code")))
        .containsExactly("codec", "size", "release", "carried", "referenced");
    assertThat(names(function.get("code").get("carried").get(0)))
        .containsExactly("name", "size", "sha256", "verified");
    assertThat(function.get("signed").isNull()).isTrue();
    assertThat(function.get("kind").textValue()).isEqualTo("scalar");
    assertThat(function.get("form").textValue()).isEqualTo("inlined");
    assertThat(function.get("verified").booleanValue()).isTrue();
  }

  @Test
  void jsonHasTheOtherFormsToo() throws Exception {
    var mapper = new ObjectMapper();
    var byName = mapper.readTree(of("abs", "").toJson()).get("functions").get(0);
    assertThat(names(byName)).containsExactly("name", "kind", "calls", "codecs", "form", "empty");
    var python =
        mapper.readTree(of("f", "DFPYUDF\u0001\u0003\u000cx").toJson()).get("functions").get(0);
    assertThat(names(python))
        .containsExactly("name", "kind", "calls", "codecs", "form", "family", "release", "size");
    assertThat(python.get("release").textValue()).isEqualTo("3.12");
    var opaque = mapper.readTree(of("f", "?").toJson()).get("functions").get(0);
    assertThat(names(opaque))
        .containsExactly("name", "kind", "calls", "codecs", "form", "size", "head");
    assertThat(opaque.get("head").textValue()).isEqualTo("3f");
  }

  private static Inspection of(String name, String definition) {
    return PlanInspector.expression(call(name, ascii(definition)).toByteArray());
  }

  private static List<String> names(JsonNode object) {
    var names = new ArrayList<String>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void textIsATreeWithItsFunctions() {
    var function = function("half", FunctionKind.FUNCTION_KIND_SCALAR).build();
    var found =
        PlanInspector.expression(
            call("half", envelope("io.datafusion.inline", bytes("DFJVUDF", function)))
                .toByteArray());
    assertThat(
            found
                .toText()
                .replaceAll("[0-9a-f]{64}", "<digest>")
                .replaceAll("(?<![a-z0-9])[0-9]+", "N"))
        .isEqualTo(
            """
            expression, N bytes
            codecs: [io.datafusion.inline]

            ScalarFunction fun_name=half fun_definition="N bytes in io.datafusion.inline"
              args: Column name=a

            functions
              half (scalar): inlined DFJVUDF, N bytes in io.datafusion.inline
                aliases [other_half]
                stable, takes any N named (left)
                arguments ["left: Int64", "right: Utf8"]
                answers half: Int64
                sha256 <digest>, verified
                code for java N, N bytes
                carries a.Carried, N bytes, sha256 <digest>, verified
                refers to a.Referenced
            """);
  }

  /** No name of a stranger makes a line of its own, or reaches the terminal as a command. */
  @Test
  void textStaysOnItsLine() {
    String text = nasty().toText();
    String plain =
        PlanInspector.expression(
                call(
                        "half",
                        bytes(
                            "DFJVUDF", function("half", FunctionKind.FUNCTION_KIND_SCALAR).build()))
                    .toByteArray())
            .toText();
    assertThat(text.lines().count()).isEqualTo(plain.lines().count() + 1);
    assertThat(text).contains("größe 🙂", "\\u001b[31m", "\\u202e", "\\u2028", "\\n", "\\\"b");
    assertThat(text.codePoints())
        .allMatch(c -> c == '\n' || (!Character.isISOControl(c) && c != 0x202e && c != 0x2028));
  }

  @Test
  void errorsStayOnTheirLineToo() {
    assertThatThrownBy(() -> of(NASTY, "DFJVUDF"))
        .isInstanceOf(MalformedPayloadException.class)
        .message()
        .contains("\\u001b[31m")
        .matches(message -> message.codePoints().noneMatch(Character::isISOControl));
  }

  @Test
  void longListsAndTextsAreCutShortInTextOnly() throws Exception {
    String longName = "x".repeat(1000);
    var list = InListNode.newBuilder().setExpr(Messages.column(longName));
    var lambda = org.apache.datafusion.protobuf.Lambda.newBuilder().setBody(Messages.column("a"));
    for (int i = 0; i < 20; i++) {
      lambda.addParams("p" + i);
    }
    list.addList(LogicalExprNode.newBuilder().setLambda(lambda));
    Inspection found =
        PlanInspector.expression(
            LogicalExprNode.newBuilder().setInList(list).build().toByteArray());
    assertThat(found.toText())
        .contains("p7, and 12 more]", "... (of 1000)")
        .doesNotContain("p8", longName);
    assertThat(new ObjectMapper().readTree(found.toJson()).toString()).contains("p19", longName);
  }
}
