package io.datafusion.bindings.generator;

import io.datafusion.bindings.generator.Header.Constant;
import io.datafusion.bindings.generator.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Carries out the directives of a header as a C compiler would (so {@code __cplusplus} is not
 * defined), and collects what {@code #define} names.
 */
final class Preprocessor {
  private static final Pattern DIRECTIVE = Pattern.compile("\\s*(\\w+)\\s*(.*)", Pattern.DOTALL);
  private static final Pattern DEFINE =
      Pattern.compile("([A-Za-z_]\\w*)(\\(?)\\s*(.*)", Pattern.DOTALL);
  private static final Set<String> KNOWN_INCLUDES =
      Set.of("<stdarg.h>", "<stdbool.h>", "<stddef.h>", "<stdint.h>", "<stdlib.h>");

  /** What is left of a header: its code, and its constants in the order of their appearance. */
  record Result(List<Token> code, List<Constant> constants) {}

  /** A conditional that is open: whether its part is read, and whether its #else may be. */
  private record Condition(int line, boolean active, boolean outerActive) {}

  private final SourceText source;
  private final Deque<Condition> conditions = new ArrayDeque<>();
  private final Set<String> defined = new HashSet<>();
  private final List<Token> code = new ArrayList<>();
  private final List<Constant> constants = new ArrayList<>();

  private Preprocessor(SourceText source) {
    this.source = source;
  }

  static Result run(SourceText source) {
    var preprocessor = new Preprocessor(source);
    for (Token token : Lexer.tokens(source)) {
      if (token.kind() == Kind.DIRECTIVE) {
        preprocessor.directive(token);
      } else if (preprocessor.active() || token.kind() == Kind.END) {
        preprocessor.code.add(token);
      }
    }
    if (!preprocessor.conditions.isEmpty()) {
      int line = preprocessor.conditions.peek().line();
      throw new UnsupportedHeaderException(source, line, "a conditional without #endif");
    }
    return new Result(List.copyOf(preprocessor.code), List.copyOf(preprocessor.constants));
  }

  private boolean active() {
    return conditions.isEmpty() || conditions.peek().active();
  }

  private void directive(Token token) {
    Matcher matcher = DIRECTIVE.matcher(token.text());
    if (!matcher.matches()) {
      throw rejected(token);
    }
    String operand = matcher.group(2).strip();
    switch (matcher.group(1)) {
      case "ifdef" -> open(token, defined.contains(operand));
      case "ifndef" -> open(token, !defined.contains(operand));
      case "else" -> turn(token);
      case "endif" -> close(token);
      case "if", "elif" -> conditional(token);
      case "define" -> define(token, operand);
      case "include" -> include(token, operand);
      case "pragma" -> pragma(token, operand);
      default -> rejectIfActive(token);
    }
  }

  private void open(Token token, boolean holds) {
    conditions.push(new Condition(token.line(), active() && holds, active()));
  }

  private void turn(Token token) {
    Condition condition = close(token);
    boolean active = condition.outerActive() && !condition.active();
    conditions.push(new Condition(token.line(), active, condition.outerActive()));
  }

  private Condition close(Token token) {
    if (conditions.isEmpty()) {
      throw new UnsupportedHeaderException(source, token.line(), "no conditional is open here");
    }
    return conditions.pop();
  }

  /**
   * An expression is not evaluated: where it would matter it is refused, elsewhere only counted.
   */
  private void conditional(Token token) {
    if (active()) {
      throw rejected(token);
    }
    if (!token.text().strip().startsWith("elif")) {
      open(token, false);
    }
  }

  private void define(Token token, String operand) {
    if (!active()) {
      return;
    }
    Matcher matcher = DEFINE.matcher(operand);
    if (!matcher.matches()) {
      throw rejected(token);
    }
    String name = matcher.group(1);
    if (matcher.group(2).equals("(") && operand.charAt(name.length()) == '(') {
      throw new UnsupportedHeaderException(source, token.line(), "a macro with parameters");
    }
    if (!defined.add(name)) {
      throw new UnsupportedHeaderException(source, token.line(), name + " is defined twice");
    }
    String value = operand.substring(name.length()).strip();
    if (!value.isEmpty()) {
      constants.add(Literal.constant(source, token, name, value));
    }
  }

  private void include(Token token, String operand) {
    if (active() && !KNOWN_INCLUDES.contains(operand)) {
      throw new UnsupportedHeaderException(
          source,
          token.line(),
          "an include other than " + KNOWN_INCLUDES.stream().sorted().toList());
    }
  }

  private void pragma(Token token, String operand) {
    if (!operand.equals("once")) {
      rejectIfActive(token);
    }
  }

  private void rejectIfActive(Token token) {
    if (active()) {
      throw rejected(token);
    }
  }

  private UnsupportedHeaderException rejected(Token token) {
    return new UnsupportedHeaderException(
        source,
        token.line(),
        "a directive other than"
            + " #ifdef, #ifndef, #else, #endif, #define, #include, #pragma once");
  }
}
