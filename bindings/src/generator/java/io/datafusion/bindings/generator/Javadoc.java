package io.datafusion.bindings.generator;

import java.util.ArrayList;
import java.util.List;

/** Documentation comments of generated declarations: the words of the header, and its C. */
final class Javadoc {
  private Javadoc() {}

  /** {@return a comment, indented by so many blanks, of the header's words and a declaration in C} */
  static String of(int indent, String doc, String declaration) {
    List<String> lines = new ArrayList<>();
    for (String line : doc.strip().lines().toList()) {
      lines.add(line.isBlank() ? "<p>" : escaped(line));
    }
    if (!declaration.isEmpty()) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      lines.add("{@snippet lang=c :");
      // Backslashes would be read as unicode escapes; a declaration that we accept has none.
      declaration.lines().map(line -> line.replace('\\', '/')).forEach(lines::add);
      lines.add("}");
    }
    var comment = new StringBuilder("/**\n");
    lines.forEach(line -> comment.append((" * " + line).stripTrailing()).append('\n'));
    return comment.append(" */\n").toString().indent(indent);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("@", "&#64;")
        .replace("*/", "*&#47;")
        .replace("\\", "&#92;");
  }
}
