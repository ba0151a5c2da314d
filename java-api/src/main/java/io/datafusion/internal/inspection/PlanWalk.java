package io.datafusion.internal.inspection;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.datafusion.MalformedPayloadException;
import io.datafusion.codec.PlanInspector;
import io.datafusion.codec.PlanInspector.Inspection;
import io.datafusion.codec.PlanInspector.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.datafusion.protobuf.DatafusionProto;
import org.apache.datafusion.protobuf.LogicalExprNode;
import org.apache.datafusion.protobuf.LogicalPlanNode;
import org.apache.datafusion.protobuf.PhysicalPlanNode;
import org.apache.datafusion.protobuf.PhysicalSortExprNode;
import org.jspecify.annotations.Nullable;

/**
 * Walks a message. It recurses, but no deeper than the 100 levels that {@link WireCheck} lets
 * through.
 */
public final class PlanWalk {
  /** What no plan that has it can do without. */
  private static final Set<String> INPUTS = Set.of("input", "left", "right");

  private final Calls calls;
  private final List<PlanInspector.Function> functions = new ArrayList<>();
  private final Set<String> codecs = new LinkedHashSet<>();
  private boolean complete;

  private PlanWalk(boolean complete, FieldBudget budget) {
    this.complete = complete;
    this.calls = new Calls(budget);
  }

  /**
   * What a walk found.
   *
   * @param complete whether nothing was unknown, and no plan without its input
   */
  public record Walked(Inspection inspection, boolean complete) {}

  /** {@return what the bytes hold} */
  public static Walked inspect(PlanInspector.Message kind, byte[] bytes) {
    String what = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    if (bytes.length > PlanInspector.MAX_SIZE) {
      throw new MalformedPayloadException(
          what + ": " + bytes.length + " bytes, and the limit is " + PlanInspector.MAX_SIZE, null);
    }
    Message empty = empty(kind);
    var budget = new FieldBudget();
    int unknown = WireCheck.check(what, empty.getDescriptorForType(), bytes, budget);
    Message message = parse(what, empty, bytes);
    if (choice(message) == null) {
      throw new MalformedPayloadException(
          what + ": nothing that is known is in these " + bytes.length + " bytes", null);
    }
    var walk = new PlanWalk(unknown == 0, budget);
    Node root = walk.node(message, "");
    return new Walked(
        new Inspection(kind, bytes.length, root, walk.functions, List.copyOf(walk.codecs)),
        walk.complete);
  }

  /** {@return the kinds of message that the bytes are complete as} */
  public static List<PlanInspector.Message> readings(byte[] bytes) {
    return Stream.of(PlanInspector.Message.values())
        .filter(
            kind -> {
              try {
                return inspect(kind, bytes).complete;
              } catch (MalformedPayloadException e) {
                return false;
              }
            })
        .toList();
  }

  private static Message empty(PlanInspector.Message kind) {
    return switch (kind) {
      case EXPRESSION -> LogicalExprNode.getDefaultInstance();
      case LOGICAL_PLAN -> LogicalPlanNode.getDefaultInstance();
      case EXECUTION_PLAN -> PhysicalPlanNode.getDefaultInstance();
    };
  }

  private static Message parse(String what, Message empty, byte[] bytes) {
    try {
      return empty.getParserForType().parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedPayloadException(what + ": " + e.getMessage(), e);
    }
  }

  private static @Nullable FieldDescriptor choice(Message message) {
    return message.getOneofFieldDescriptor(message.getDescriptorForType().getOneofs().get(0));
  }

  private Node node(Message holder, String role) {
    FieldDescriptor which = choice(holder);
    if (which == null) {
      complete = false;
      var parts = new Parts();
      holder
          .getUnknownFields()
          .asMap()
          .keySet()
          .forEach(number -> parts.fact("field", Integer.toUnsignedString(number)));
      return parts.node("Unknown", role);
    }
    Message inside = (Message) holder.getField(which);
    String kind = NodeKinds.of(holder.getDescriptorForType(), inside.getDescriptorForType());
    var parts = new Parts();
    String value = kind.equals("Literal") ? ValueText.of(inside) : null;
    if (value != null) {
      parts.fact("value", value);
      return parts.node(kind, role);
    }
    read(inside, parts, inside instanceof PhysicalSortExprNode);
    return parts.node(kind, role);
  }

  /** Reads a message that becomes a node. */
  private void read(Message message, Parts parts, boolean flags) {
    PlanInspector.Function call = calls.of(message);
    if (call != null) {
      functions.add(call);
    }
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      boolean said = field.isRepeated() || message.hasField(field);
      if (said) {
        field(message, field, field.getName(), parts);
      } else if (!field.hasPresence() && isShown(field, flags)) {
        parts.fact(field.getName(), ValueText.of(field, message.getField(field)));
      } else if (INPUTS.contains(field.getName()) && isNode(field)) {
        complete = false;
      }
    }
  }

  /** A number or constant that is 0 is not written, and yet says something; a false flag seldom. */
  private static boolean isShown(FieldDescriptor field, boolean flags) {
    return switch (field.getJavaType()) {
      case INT, LONG, ENUM -> true;
      case BOOLEAN -> flags;
      default -> false;
    };
  }

  /** Reads a message inside of a node, the facts of which are the node's. */
  private void readInside(Message message, String path, Parts parts) {
    List<FieldDescriptor> fields = message.getDescriptorForType().getFields();
    for (FieldDescriptor field : fields) {
      String name = fields.size() == 1 ? path : path + "." + field.getName();
      if (field.isRepeated() || message.hasField(field)) {
        field(message, field, name, parts);
      } else if (!field.hasPresence() && field.getJavaType() == FieldDescriptor.JavaType.ENUM) {
        parts.fact(name, ValueText.of(field, message.getField(field)));
      }
    }
  }

  private void field(Message message, FieldDescriptor field, String name, Parts parts) {
    if (!field.isRepeated()) {
      choice(field, name, parts);
      value(field, message.getField(field), name, parts);
      return;
    }
    for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
      value(field, message.getRepeatedField(field, i), name, parts);
    }
  }

  /** Which of several messages is there may be all that is to be said. */
  private static void choice(FieldDescriptor field, String name, Parts parts) {
    OneofDescriptor choice = field.getRealContainingOneof();
    if (choice != null && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      String path = name.substring(0, name.lastIndexOf('.') + 1);
      parts.fact(path + snake(choice.getName()), field.getName());
    }
  }

  private static String snake(String name) {
    return name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  private void value(FieldDescriptor field, Object value, String name, Parts parts) {
    switch (value) {
      case Message holder when NodeKinds.isHolder(holder.getDescriptorForType()) ->
          parts.child(node(holder, name));
      case Message entry when field.isMapField() -> entry(entry, name, parts);
      case Message message -> message(field, message, name, parts);
      case ByteString bytes -> parts.fact(name, bytes(field, bytes));
      default -> parts.fact(name, ValueText.of(field, value));
    }
  }

  private void entry(Message entry, String name, Parts parts) {
    List<FieldDescriptor> fields = entry.getDescriptorForType().getFields();
    String key = String.valueOf(entry.getField(fields.get(0)));
    Object value = entry.getField(fields.get(1));
    if (value instanceof Message holder) {
      parts.child(node(holder, name + "[" + key + "]"));
    } else {
      parts.fact(name, key + "=" + value);
    }
  }

  private void message(FieldDescriptor field, Message message, String name, Parts parts) {
    Descriptor type = message.getDescriptorForType();
    String text = ValueText.of(message);
    if (text != null) {
      parts.fact(name, text);
    } else if (field.isRepeated() && type.getFields().stream().anyMatch(PlanWalk::isNode)) {
      var inside = new Parts();
      read(message, inside, true);
      parts.child(inside.node(NodeKinds.of(type), name));
    } else if (isPlan(type) || type.getName().endsWith("Schema")) {
      readInside(message, name, parts);
    }
  }

  private static boolean isNode(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && NodeKinds.isHolder(field.getMessageType());
  }

  /** Options of file formats and statistics are in the other file, and are not shown. */
  private static boolean isPlan(Descriptor type) {
    return type.getFile().equals(DatafusionProto.getDescriptor());
  }

  /** Codecs write whole fields of plans; bytes in values and in batches are the user's own. */
  private String bytes(FieldDescriptor field, ByteString bytes) {
    if (field.isRepeated() || !isPlan(field.getContainingType())) {
      return ValueText.of(field, bytes);
    }
    Envelopes opened = Envelopes.of(field.getFullName(), bytes);
    codecs.addAll(opened.ids());
    String inside =
        field.getName().equals(Calls.DEFINITION)
            ? opened.inside().size() + " bytes"
            : ValueText.of(field, opened.inside());
    return opened.ids().isEmpty()
        ? inside
        : inside + " in " + String.join(" in ", opened.ids().reversed());
  }
}
