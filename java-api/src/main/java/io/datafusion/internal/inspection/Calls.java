package io.datafusion.internal.inspection;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import io.datafusion.MalformedPayloadException;
import io.datafusion.codec.FunctionForm;
import io.datafusion.codec.FunctionFrame;
import io.datafusion.codec.PlanInspector.Function;
import io.datafusion.codec.PlanInspector.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.datafusion.protobuf.AggregateUDFExprNode;
import org.apache.datafusion.protobuf.CustomTableScanNode;
import org.apache.datafusion.protobuf.HigherOrderUDFExprNode;
import org.apache.datafusion.protobuf.PhysicalAggregateExprNode;
import org.apache.datafusion.protobuf.PhysicalHigherOrderUdfNode;
import org.apache.datafusion.protobuf.PhysicalScalarUdfNode;
import org.apache.datafusion.protobuf.PhysicalWindowExprNode;
import org.apache.datafusion.protobuf.ScalarUDFExprNode;
import org.apache.datafusion.protobuf.WindowExprNode;
import org.jspecify.annotations.Nullable;

/** The calls of functions among the messages; a definition that many calls share is read once. */
final class Calls {
  static final String DEFINITION = "fun_definition";

  private static final Map<Descriptor, Kind> KINDS =
      Map.of(
          ScalarUDFExprNode.getDescriptor(), Kind.SCALAR,
          AggregateUDFExprNode.getDescriptor(), Kind.AGGREGATE,
          WindowExprNode.getDescriptor(), Kind.WINDOW,
          HigherOrderUDFExprNode.getDescriptor(), Kind.HIGHER_ORDER,
          PhysicalScalarUdfNode.getDescriptor(), Kind.SCALAR,
          PhysicalAggregateExprNode.getDescriptor(), Kind.AGGREGATE,
          PhysicalWindowExprNode.getDescriptor(), Kind.WINDOW,
          PhysicalHigherOrderUdfNode.getDescriptor(), Kind.HIGHER_ORDER);

  private final Map<ByteString, Read> definitions = new HashMap<>();
  private final FieldBudget budget;

  private record Read(List<String> codecs, FunctionForm form, long fields) {}

  Calls(FieldBudget budget) {
    this.budget = budget;
  }

  /** {@return the call that a message is; null if it is none} */
  @Nullable Function of(Message message) {
    if (message instanceof CustomTableScanNode scan) {
      return table(scan);
    }
    Descriptor type = message.getDescriptorForType();
    Kind kind = KINDS.get(type);
    if (kind == null) {
      return null;
    }
    String name = name(message);
    FieldDescriptor field = type.findFieldByName(DEFINITION);
    if (!message.hasField(field)) {
      return new Function(name, kind, List.of(), new FunctionForm.ByName(false));
    }
    String what = "function " + Printable.word(name);
    Read read = read(what, (ByteString) message.getField(field));
    return new Function(name, kind, read.codecs, read.form);
  }

  /** A call of a table function stands where codecs write tables. */
  private @Nullable Function table(CustomTableScanNode scan) {
    Envelopes opened = Envelopes.of("table", scan.getCustomTableData());
    if (!FrameReader.isTable(opened.inside())) {
      return null;
    }
    FunctionFrame frame = new FrameReader("table function", budget).read(opened.inside());
    return new Function(
        frame.definition().name(), Kind.TABLE, opened.ids(), new FunctionForm.Inlined(frame));
  }

  /** Window functions and physical aggregates have their name in a choice. */
  private static String name(Message message) {
    Descriptor type = message.getDescriptorForType();
    for (OneofDescriptor choice : type.getRealOneofs()) {
      FieldDescriptor chosen = message.getOneofFieldDescriptor(choice);
      return chosen == null ? "" : (String) message.getField(chosen);
    }
    FieldDescriptor logical = type.findFieldByName("fun_name");
    FieldDescriptor field = logical == null ? type.findFieldByName("name") : logical;
    return (String) message.getField(field);
  }

  /** Reads a definition, once; each call of it counts, since each is written out whole. */
  private Read read(String what, ByteString definition) {
    Read known = definitions.get(definition);
    if (known == null) {
      Read read = readAnew(what, definition);
      definitions.put(definition, read);
      return read;
    }
    if (!budget.pays(known.fields)) {
      throw new MalformedPayloadException(what + ": " + FieldBudget.EXCEEDED, null);
    }
    return known;
  }

  private Read readAnew(String what, ByteString definition) {
    Envelopes opened = Envelopes.of(what, definition);
    long before = budget.left();
    FunctionForm form = form(what, opened);
    return new Read(opened.ids(), form, before - budget.left());
  }

  private FunctionForm form(String what, Envelopes opened) {
    ByteString inside = opened.inside();
    if (FrameReader.isFrame(inside)) {
      return new FunctionForm.Inlined(new FrameReader(what, budget).read(inside));
    }
    if (FrameReader.isPython(inside)) {
      return new FrameReader(what, budget).python(inside);
    }
    return inside.isEmpty() && opened.ids().isEmpty()
        ? new FunctionForm.ByName(true)
        : new FunctionForm.Opaque(inside.size(), ValueText.head(inside));
  }
}
