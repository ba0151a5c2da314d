package io.datafusion.bindings.generator;

/**
 * One word of the header.
 *
 * @param kind what it is
 * @param text as it stands in the source; of a directive, all that follows the {@code #}
 * @param line where it starts, from 1
 * @param doc the documentation comment before it, without comment marks, or empty
 */
record Token(Kind kind, String text, int line, String doc) {
  enum Kind {
    NAME,
    NUMBER,
    STRING,
    MARK,
    DIRECTIVE,
    END
  }

  boolean is(String expected) {
    return kind != Kind.STRING && kind != Kind.DIRECTIVE && text.equals(expected);
  }
}
