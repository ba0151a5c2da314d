package io.datafusion.bindings.generator;

import java.util.ArrayList;
import java.util.List;

/** Documentation comments of generated declarations: the words of the header, and its C. */
final class Javadoc {
  private Javadoc() {}

  /**
   * {@return a comment, indented by so many blanks, of the header's words and a declaration in C}
   */
  static String of(int indent, String doc, String declaration) {
    List<String> lines = new ArrayList<>();
    for (String line : doc.strip().lines().toList()) {
      lines.add(line.isBlank() ? "<p>" : escaped(line));
    }
    if (fitsSnippet(declaration)) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      lines.add("{@snippet lang=c :");
      declaration.lines().forEach(lines::add);
      lines.add("}");
    }
    var comment = new StringBuilder("/**\n");
    lines.forEach(line -> comment.append((" * " + line).stripTrailing()).append('\n'));
    return comment.append(" */\n").toString().indent(indent);
  }

  /** Braces must balance in a snippet; a backslash might start a unicode escape. */
  private static boolean fitsSnippet(String declaration) {
    long open = declaration.chars().filter(c -> c == '{').count();
    long closed = declaration.chars().filter(c -> c == '}').count();
    return !declaration.isEmpty()
        && open == closed
        && !declaration.contains("*/")
        && !declaration.contains("\\");
  }

  private static String escaped(String text) {
    String[] parts = text.split("`", -1);
    if (parts.length % 2 == 0) {
      return html(text);
    }
    var line = new StringBuilder();
    for (int i = 0; i < parts.length; i++) {
      line.append(i % 2 == 0 ? html(parts[i]) : "<code>" + html(parts[i]) + "</code>");
    }
    return line.toString();
  }

  private static String html(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("@", "&#64;")
        .replace("*/", "*&#47;")
        .replace("\\", "&#92;");
  }
}
