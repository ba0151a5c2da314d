package io.datafusion.bindings.generator;

import io.datafusion.bindings.generator.Token.Kind;
import java.util.List;
import java.util.stream.Collectors;

/** A place in the code of a header, from which it is read forward. */
final class Cursor {
  private final SourceText source;
  private final List<Token> tokens;
  private int at;

  Cursor(SourceText source, List<Token> tokens) {
    this.source = source;
    this.tokens = tokens;
  }

  boolean atEnd() {
    return peek().kind() == Kind.END;
  }

  Token peek() {
    return peek(0);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

  boolean sees(String... texts) {
    for (int i = 0; i < texts.length; i++) {
      if (!peek(i).is(texts[i])) {
        return false;
      }
    }
    return true;
  }

  Token next() {
    Token token = peek();
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  boolean accept(String text) {
    boolean found = peek().is(text);
    if (found) {
      next();
    }
    return found;
  }

  void expect(String text) {
    Token token = peek();
    if (!accept(text)) {
      throw rejected(token, "%s is expected, not %s".formatted(text, shown(token)));
    }
  }

  Token expectName(String what) {
    Token token = next();
    if (token.kind() != Kind.NAME) {
      throw rejected(token, "%s is expected, not %s".formatted(what, shown(token)));
    }
    return token;
  }

  int position() {
    return at;
  }

  /** {@return the code from that position up to here, as one line} */
  String textSince(int position) {
    String joined =
        tokens.subList(position, at).stream().map(Token::text).collect(Collectors.joining(" "));
    return joined
        .replaceAll(" ?([(),;\\[\\]]) ?", "$1")
        .replaceAll("\\* (?=[\\w*)])", "*")
        .replaceAll("\\*const\\b", "*const")
        .replace(",", ", ")
        .replaceAll("(?<=\\w)\\((?=\\*)", " (");
  }

  UnsupportedHeaderException rejected(Token token, String reason) {
    return new UnsupportedHeaderException(source, token.line(), reason);
  }

  private static String shown(Token token) {
    return token.kind() == Kind.END ? "the end of the file" : '"' + token.text() + '"';
  }
}
