package io.datafusion.internal.inspection;

/** Text of strangers, so that it stays on its line and does nothing to a terminal. */
final class Printable {
  private Printable() {}

  /**
   * {@return the text as it is if it is one visible word, otherwise quoted with what is not
   * printable escaped as in Java}
   */
  static String word(String text) {
    boolean plain = !text.isEmpty() && text.codePoints().allMatch(Printable::isPlain);
    return plain ? text : '"' + escaped(text, true) + '"';
  }

  /** {@return the text with what is not printable escaped as in Java} */
  static String line(String text) {
    return escaped(text, false);
  }

  private static boolean isPlain(int point) {
    return point > ' ' && "\"\\,=[]".indexOf(point) < 0 && isVisible(point);
  }

  private static String escaped(String text, boolean quotes) {
    var result = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '\n' -> result.append("\\n");
                case '\r' -> result.append("\\r");
                case '\t' -> result.append("\\t");
                case '\\' -> result.append("\\\\");
                case '"' -> result.append(quotes ? "\\\"" : "\"");
                default -> point(result, point);
              }
            });
    return result.toString();
  }

  private static void point(StringBuilder result, int point) {
    if (isVisible(point)) {
      result.appendCodePoint(point);
      return;
    }
    for (char unit : Character.toChars(point)) {
      result.append(String.format("\\u%04x", (int) unit));
    }
  }

  /** Control and formatting characters (which turn the direction of text), and what is no text. */
  private static boolean isVisible(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
