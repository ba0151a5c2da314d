package io.datafusion.bindings.generator;

import io.datafusion.bindings.generator.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Cuts a header into tokens. Comments vanish, except that documentation goes to the next token. */
final class Lexer {
  private final SourceText source;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private final StringBuilder doc = new StringBuilder();
  private int at;
  private int line = 1;

  private Lexer(SourceText source) {
    this.source = source;
    this.text = source.text();
  }

  /** {@return the tokens of the header, the last of them of kind END} */
  static List<Token> tokens(SourceText source) {
    var lexer = new Lexer(source);
    while (lexer.at < lexer.text.length()) {
      lexer.step();
    }
    lexer.add(Kind.END, "");
    return List.copyOf(lexer.tokens);
  }

  private void step() {
    char c = text.charAt(at);
    if (c == '\n') {
      line++;
      at++;
    } else if (Character.isWhitespace(c)) {
      at++;
    } else if (text.startsWith("/*", at)) {
      blockComment();
    } else if (text.startsWith("//", at)) {
      lineComment();
    } else if (c == '#') {
      directive();
    } else if (c == '"') {
      string();
    } else if (isNameStart(c)) {
      add(Kind.NAME, take(Lexer::isNamePart));
    } else if (c >= '0' && c <= '9') {
      add(Kind.NUMBER, take(part -> isNamePart(part) || part == '.'));
    } else if (text.startsWith("...", at)) {
      mark("...");
    } else {
      mark(String.valueOf(c));
    }
  }

  private void blockComment() {
    int end = text.indexOf("*/", at + 2);
    if (end < 0) {
      throw new UnsupportedHeaderException(source, line, "a comment that does not end");
    }
    String comment = text.substring(at, end + 2);
    if (comment.startsWith("/**") && comment.length() > 4) {
      doc.setLength(0);
      comment.substring(3, comment.length() - 2).lines().forEach(this::docLine);
    }
    line += (int) comment.chars().filter(c -> c == '\n').count();
    at = end + 2;
  }

  private void lineComment() {
    String comment = take(c -> c != '\n');
    if (comment.startsWith("///")) {
      docLine(comment.substring(3));
    }
  }

  private void docLine(String raw) {
    String stripped = raw.strip();
    if (stripped.equals("*")) {
      stripped = "";
    } else if (stripped.startsWith("* ")) {
      stripped = stripped.substring(2);
    }
    if (!doc.isEmpty() || !stripped.isEmpty()) {
      doc.append(stripped).append('\n');
    }
  }

  private void directive() {
    int start = ++at;
    String whole = take(c -> c != '\n');
    if (whole.endsWith("\\") || whole.endsWith("\\\r")) {
      throw new UnsupportedHeaderException(source, line, "a directive of several lines");
    }
    int comment = commentStart(whole);
    if (comment >= 0 && whole.startsWith("/*", comment)) {
      // It may go on over the next lines: leave it to the scanner.
      at = start + comment;
    }
    add(Kind.DIRECTIVE, (comment < 0 ? whole : whole.substring(0, comment)).strip());
  }

  private static int commentStart(String directive) {
    boolean quoted = false;
    for (int i = 0; i < directive.length() - 1; i++) {
      char c = directive.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (directive.startsWith("//", i) || directive.startsWith("/*", i))) {
        return i;
      }
    }
    return -1;
  }

  private void string() {
    int start = at++;
    while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    if (at >= text.length() || text.charAt(at) != '"') {
      throw new UnsupportedHeaderException(source, line, "a string that does not end");
    }
    add(Kind.STRING, text.substring(start, ++at));
  }

  private void mark(String mark) {
    at += mark.length();
    add(Kind.MARK, mark);
  }

  private String take(IntPredicate part) {
    int start = at;
    while (at < text.length() && part.test(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  private void add(Kind kind, String tokenText) {
    tokens.add(new Token(kind, tokenText, line, doc.toString().strip()));
    doc.setLength(0);
  }

  static boolean isNameStart(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  static boolean isNamePart(int c) {
    return isNameStart(c) || c >= '0' && c <= '9';
  }
}
