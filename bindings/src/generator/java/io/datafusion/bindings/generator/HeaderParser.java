package io.datafusion.bindings.generator;

import io.datafusion.bindings.generator.CType.FunctionPointer;
import io.datafusion.bindings.generator.CType.Pointer;
import io.datafusion.bindings.generator.CType.Scalar;
import io.datafusion.bindings.generator.CType.StructName;
import io.datafusion.bindings.generator.Header.Callback;
import io.datafusion.bindings.generator.Header.Constant;
import io.datafusion.bindings.generator.Header.Function;
import io.datafusion.bindings.generator.Header.IntegerConstant;
import io.datafusion.bindings.generator.Header.Struct;
import io.datafusion.bindings.generator.TypeParser.Declarator;
import java.util.ArrayList;
import java.util.List;

/** Makes a {@link Header} of a header's code. */
final class HeaderParser {
  private final SourceText source;
  private final Cursor cursor;
  private final Names names = new Names();
  private final TypeParser types;
  private final StructParser structParser;
  private final List<Constant> constants = new ArrayList<>();
  private final List<Struct> structs = new ArrayList<>();
  private final List<Callback> callbacks = new ArrayList<>();
  private final List<Function> functions = new ArrayList<>();

  private HeaderParser(SourceText source, Preprocessor.Result preprocessed) {
    this.source = source;
    this.cursor = new Cursor(source, preprocessed.code());
    this.types = new TypeParser(cursor, names);
    this.structParser = new StructParser(cursor, names, types);
    for (Constant constant : preprocessed.constants()) {
      constants.add(constant);
      names.takeMethod(constant.name());
    }
  }

  /**
   * {@return what the header declares}
   *
   * @throws UnsupportedHeaderException at the first thing that the generator does not know
   */
  static Header parse(SourceText source) {
    var parser = new HeaderParser(source, Preprocessor.run(source));
    while (!parser.cursor.atEnd()) {
      parser.declaration();
    }
    return new Header(
        source,
        List.copyOf(parser.constants),
        List.copyOf(parser.structs),
        List.copyOf(parser.callbacks),
        List.copyOf(parser.functions));
  }

  private void declaration() {
    Token first = cursor.peek();
    if (cursor.accept("typedef")) {
      typedef(first);
    } else if (first.is("struct") && (cursor.peek(2).is(";") || cursor.peek(2).is("{"))) {
      cursor.next();
      struct(first);
      cursor.expect(";");
    } else if (first.is("enum") && (cursor.peek(1).is("{") || cursor.peek(2).is("{"))) {
      cursor.next();
      enumeration(first);
      cursor.expect(";");
    } else {
      function(first);
    }
  }

  private void typedef(Token first) {
    int start = cursor.position();
    CType type;
    if (cursor.sees("struct") && opensStruct()) {
      cursor.next();
      type = struct(first);
    } else if (cursor.sees("enum") && (cursor.peek(1).is("{") || cursor.peek(2).is("{"))) {
      cursor.next();
      type = enumeration(first);
    } else {
      type = types.base();
    }
    Declarator declarator = types.declarator(type);
    String text = "typedef " + cursor.textSince(start);
    cursor.expect(";");
    if (declarator.type() instanceof FunctionPointer(var signature)) {
      takeClass(declarator.at(), "type", declarator.name());
      callbacks.add(new Callback(declarator.name(), signature, text, first.doc()));
      name(declarator, new Pointer());
    } else {
      if (declarator.type() instanceof StructName(String tag) && !tag.equals(declarator.name())) {
        throw cursor.rejected(
            declarator.at(), "a typedef that gives struct %s another name".formatted(tag));
      }
      name(declarator, declarator.type());
    }
  }

  /** A tag that is not declared yet may be declared by its typedef. */
  private boolean opensStruct() {
    return cursor.peek(1).is("{")
        || cursor.peek(2).is("{")
        || !cursor.peek(2).is("*") && !cursor.peek(2).is("(");
  }

  private void name(Declarator declarator, CType type) {
    if (declarator.name().isEmpty()) {
      throw cursor.rejected(declarator.at(), "a typedef without a name");
    }
    if (!names.typedef(declarator.name(), type)) {
      throw cursor.rejected(declarator.at(), declarator.name() + " already names another type");
    }
  }

  private CType struct(Token first) {
    Struct defined = null;
    if (cursor.peek().is("{")) {
      defined = structParser.anonymous(first);
    } else {
      String tag = cursor.expectName("a struct name").text();
      names.structDeclared(tag);
      if (cursor.peek().is("{")) {
        defined = structParser.body(tag, first);
      } else {
        return new StructName(tag);
      }
    }
    takeClass(first, "type", defined.name());
    structs.add(defined);
    return new StructName(defined.name());
  }

  private CType enumeration(Token first) {
    String tag = cursor.peek().is("{") ? "" : cursor.next().text();
    if (names.typedef("enum " + tag).isPresent()) {
      throw cursor.rejected(first, "enum " + tag + " is defined twice");
    }
    cursor.expect("{");
    long value = 0;
    do {
      if (cursor.peek().is("}")) {
        break;
      }
      Token name = cursor.expectName("an enum constant");
      if (cursor.accept("=")) {
        value = enumValue(name);
      }
      if (value != (int) value) {
        throw cursor.rejected(name, name.text() + " does not fit in 32 bits");
      }
      takeMethod(name, name.text());
      constants.add(new IntegerConstant(name.text(), value++, true, name.doc()));
    } while (cursor.accept(","));
    cursor.expect("}");
    if (!tag.isEmpty()) {
      names.typedef("enum " + tag, Scalar.INT);
    }
    return Scalar.INT;
  }

  private long enumValue(Token name) {
    var text = new StringBuilder();
    while (!cursor.peek().is(",") && !cursor.peek().is("}") && !cursor.atEnd()) {
      text.append(cursor.next().text());
    }
    return Literal.integer(source, name, name.text(), text.toString()).value();
  }

  private void function(Token first) {
    int start = cursor.position();
    Declarator declarator = types.declarator(types.base());
    if (declarator.name().isEmpty()) {
      throw cursor.rejected(declarator.at(), "a declaration without a name");
    }
    if (!cursor.peek().is("(") || declarator.type() instanceof FunctionPointer) {
      throw cursor.rejected(declarator.at(), "a variable, or a function that returns a function");
    }
    var signature = types.signature(declarator.type());
    String text = cursor.textSince(start);
    if (!cursor.peek().is(";")) {
      throw cursor.rejected(cursor.peek(), "a function body or an attribute");
    }
    cursor.expect(";");
    takeMethod(declarator.at(), declarator.name());
    takeClass(declarator.at(), "function", declarator.name());
    functions.add(new Function(declarator.name(), signature, text, first.doc()));
  }

  private void takeMethod(Token at, String name) {
    names.takeMethod(name).ifPresent(before -> rejectTwice(at, name, before));
  }

  private void takeClass(Token at, String kind, String name) {
    names.takeClass(kind, name).ifPresent(before -> rejectTwice(at, name, before));
  }

  private void rejectTwice(Token at, String name, String before) {
    throw cursor.rejected(at, "%s is declared twice (before: %s)".formatted(name, before));
  }
}
