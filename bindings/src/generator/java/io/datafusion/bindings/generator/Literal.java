package io.datafusion.bindings.generator;

import io.datafusion.bindings.generator.Header.Constant;
import io.datafusion.bindings.generator.Header.IntegerConstant;
import io.datafusion.bindings.generator.Header.StringConstant;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values that a {@code #define} or an enum constant may have. */
final class Literal {
  private static final Pattern INTEGER =
      Pattern.compile("([+-]?)\\s*(0[xX][0-9a-fA-F]+|[0-9]+)((?i:u|l|ul|lu|ll|ull|llu)?)");

  private Literal() {}

  /** {@return the constant that a {@code #define} of that name and value means} */
  static Constant constant(SourceText source, Token at, String name, String value) {
    if (value.startsWith("\"")) {
      return new StringConstant(name, string(source, at, value), at.doc());
    }
    return integer(source, at, name, value);
  }

  /** {@return an integer constant; its Java type is int where its C type has 32 bits} */
  static IntegerConstant integer(SourceText source, Token at, String name, String value) {
    Matcher matcher = INTEGER.matcher(withoutParentheses(value));
    if (!matcher.matches()) {
      throw new UnsupportedHeaderException(
          source, at.line(), "the value of " + name + " is neither an integer nor a string");
    }
    String digits = matcher.group(2);
    BigInteger magnitude = parse(source, at, digits);
    BigInteger number = matcher.group(1).equals("-") ? magnitude.negate() : magnitude;
    String suffix = matcher.group(3).toLowerCase(Locale.ROOT);
    // C: a decimal literal without u is never unsigned, so it needs 31 bits to be an int.
    boolean mayBeUnsigned = suffix.contains("u") || digits.startsWith("0") && digits.length() > 1;
    boolean isInt = !suffix.contains("l") && magnitude.bitLength() <= (mayBeUnsigned ? 32 : 31);
    if (magnitude.bitLength() > 64 || number.bitLength() > 63 && number.signum() < 0) {
      throw new UnsupportedHeaderException(source, at.line(), name + " needs more than 64 bits");
    }
    return new IntegerConstant(name, number.longValue(), isInt, at.doc());
  }

  private static BigInteger parse(SourceText source, Token at, String digits) {
    if (digits.startsWith("0x") || digits.startsWith("0X")) {
      return new BigInteger(digits.substring(2), 16);
    }
    boolean octal = digits.length() > 1 && digits.startsWith("0");
    if (octal && !digits.matches("[0-7]+")) {
      throw new UnsupportedHeaderException(source, at.line(), digits + " is not an octal number");
    }
    return new BigInteger(digits, octal ? 8 : 10);
  }

  private static String withoutParentheses(String value) {
    String inner = value.strip();
    while (inner.startsWith("(") && inner.endsWith(")")) {
      inner = inner.substring(1, inner.length() - 1).strip();
    }
    return inner;
  }

  private static String string(SourceText source, Token at, String quoted) {
    var value = new StringBuilder();
    int i = 1;
    for (; i < quoted.length() && quoted.charAt(i) != '"'; i++) {
      char c = quoted.charAt(i);
      if (c != '\\') {
        value.append(c);
        continue;
      }
      i++;
      int known = "\\\"nt".indexOf(i < quoted.length() ? quoted.charAt(i) : ' ');
      if (known < 0) {
        throw new UnsupportedHeaderException(
            source, at.line(), "an escape other than \\\\, \\\", \\n and \\t");
      }
      value.append("\\\"\n\t".charAt(known));
    }
    if (i != quoted.length() - 1) {
      throw new UnsupportedHeaderException(source, at.line(), "more than one string literal");
    }
    return value.toString();
  }
}
