package io.datafusion.bindings.generator;

import io.datafusion.bindings.generator.CType.FunctionPointer;
import io.datafusion.bindings.generator.CType.Pointer;
import io.datafusion.bindings.generator.CType.Scalar;
import io.datafusion.bindings.generator.CType.StructName;
import io.datafusion.bindings.generator.Header.Parameter;
import io.datafusion.bindings.generator.Header.Signature;
import io.datafusion.bindings.generator.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads types, and the names declared with them. */
final class TypeParser {
  private static final CType VOID = new CType.Void();

  private static final Map<String, CType> BASIC =
      Map.ofEntries(
          Map.entry("void", VOID),
          Map.entry("bool", Scalar.BOOL),
          Map.entry("_Bool", Scalar.BOOL),
          Map.entry("char", Scalar.CHAR),
          Map.entry("signed char", Scalar.CHAR),
          Map.entry("unsigned char", Scalar.CHAR),
          Map.entry("short", Scalar.SHORT),
          Map.entry("unsigned short", Scalar.SHORT),
          Map.entry("int", Scalar.INT),
          Map.entry("unsigned", Scalar.INT),
          Map.entry("unsigned int", Scalar.INT),
          Map.entry("long long", Scalar.LONG_LONG),
          Map.entry("unsigned long long", Scalar.LONG_LONG),
          Map.entry("float", Scalar.FLOAT),
          Map.entry("double", Scalar.DOUBLE));

  private static final Set<String> BASIC_WORDS =
      Set.of(
          "void",
          "bool",
          "_Bool",
          "char",
          "short",
          "int",
          "long",
          "float",
          "double",
          "signed",
          "unsigned");

  private static final Set<String> UNKNOWN_WORDS =
      Set.of(
          "extern",
          "static",
          "inline",
          "volatile",
          "restrict",
          "register",
          "auto",
          "_Atomic",
          "_Complex",
          "_Noreturn",
          "_Alignas",
          "_Static_assert",
          "__attribute__",
          "__declspec",
          "__int128",
          "_Float16",
          "wchar_t");

  /** A name with its type; the name is empty where C allows none. */
  record Declarator(Token at, String name, CType type) {}

  private final Cursor cursor;
  private final Names names;

  TypeParser(Cursor cursor, Names names) {
    this.cursor = cursor;
    this.names = names;
  }

  /** Reads a type up to, but without, the pointers and the name that follow it. */
  CType base() {
    boolean constant = skipConst();
    Token token = cursor.peek();
    CType type;
    if (cursor.accept("struct")) {
      type = struct(token);
    } else if (cursor.accept("enum")) {
      type = enumeration();
    } else if (token.is("union")) {
      throw cursor.rejected(token, "a union");
    } else if (BASIC_WORDS.contains(token.text())) {
      type = basic(token);
    } else if (UNKNOWN_WORDS.contains(token.text())) {
      throw cursor.rejected(token, "\"" + token.text() + "\" is not supported");
    } else {
      Token name = cursor.expectName("a type");
      type =
          names
              .typedef(name.text())
              .orElseThrow(() -> cursor.rejected(name, "unknown type name " + name.text()));
    }
    if (skipConst() && constant) {
      throw cursor.rejected(token, "const twice");
    }
    return type;
  }

  /** Reads what stands after the base type: pointers, then a name or a function pointer. */
  Declarator declarator(CType base) {
    CType type = base;
    while (cursor.accept("*")) {
      skipConst();
      type = new Pointer();
    }
    if (cursor.peek().is("restrict") || cursor.peek().is("volatile")) {
      throw cursor.rejected(cursor.peek(), "\"" + cursor.peek().text() + "\" is not supported");
    }
    if (cursor.sees("(", "*")) {
      return functionPointer(type);
    }
    Token name = cursor.peek();
    if (name.kind() == Kind.NAME) {
      cursor.next();
    }
    if (cursor.peek().is("[")) {
      throw cursor.rejected(cursor.peek(), "an array");
    }
    return new Declarator(name, name.kind() == Kind.NAME ? name.text() : "", type);
  }

  /** Reads the parameters of a function, from the bracket on. */
  Signature signature(CType result) {
    Token open = cursor.peek();
    cursor.expect("(");
    if (cursor.peek().is(")")) {
      throw cursor.rejected(open, "a function without a parameter list: write (void)");
    }
    List<Parameter> parameters = new ArrayList<>();
    if (cursor.sees("void", ")")) {
      cursor.next();
    } else {
      do {
        parameters.add(parameter(parameters.size()));
      } while (cursor.accept(","));
    }
    cursor.expect(")");
    return new Signature(value(open, result, true), List.copyOf(parameters));
  }

  /** {@return the type, if values of it can be passed and stored} */
  CType value(Token at, CType type, boolean orVoid) {
    if (type instanceof CType.Void && !orVoid) {
      throw cursor.rejected(at, "void is not a type of values");
    }
    if (type instanceof StructName(String tag) && names.struct(tag).isEmpty()) {
      throw cursor.rejected(at, "struct " + tag + " is opaque here and cannot stand by value");
    }
    return type;
  }

  private Parameter parameter(int index) {
    if (cursor.peek().is("...")) {
      throw cursor.rejected(cursor.peek(), "a variadic function");
    }
    Declarator declarator = declarator(base());
    if (declarator.type() instanceof FunctionPointer) {
      throw cursor.rejected(
          declarator.at(), "a function pointer as a parameter: name its type by a typedef");
    }
    String name = declarator.name().isEmpty() ? "x" + index : declarator.name();
    return new Parameter(name, value(declarator.at(), declarator.type(), false));
  }

  private Declarator functionPointer(CType result) {
    cursor.expect("(");
    cursor.expect("*");
    skipConst();
    Token name = cursor.peek();
    if (name.kind() != Kind.NAME) {
      throw cursor.rejected(name, "a function pointer without a name of its own");
    }
    cursor.next();
    cursor.expect(")");
    return new Declarator(name, name.text(), new FunctionPointer(signature(result)));
  }

  private CType struct(Token at) {
    if (cursor.peek().is("{")) {
      throw cursor.rejected(at, "a struct inside a declaration: name it first");
    }
    String tag = cursor.expectName("a struct name").text();
    if (cursor.peek().is("{")) {
      throw cursor.rejected(at, "a struct inside a declaration: define it first");
    }
    if (!names.structKnown(tag)) {
      throw cursor.rejected(at, "struct " + tag + " is not declared before");
    }
    return new StructName(tag);
  }

  private CType enumeration() {
    Token tag = cursor.expectName("an enum name");
    return names
        .typedef("enum " + tag.text())
        .orElseThrow(() -> cursor.rejected(tag, "enum " + tag.text() + " is not defined before"));
  }

  private CType basic(Token at) {
    var words = new ArrayList<String>();
    while (BASIC_WORDS.contains(cursor.peek().text())) {
      words.add(cursor.next().text());
    }
    String written = String.join(" ", words);
    CType type = BASIC.get(written);
    if (type == null) {
      throw cursor.rejected(
          at,
          "\"%s\" is not known, or not of one size everywhere: use the types of stdint.h"
              .formatted(written));
    }
    return type;
  }

  private boolean skipConst() {
    return cursor.accept("const");
  }
}
