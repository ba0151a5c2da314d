package io.datafusion.bindings.generator;

import io.datafusion.bindings.generator.CType.FunctionPointer;
import io.datafusion.bindings.generator.CType.Scalar;
import io.datafusion.bindings.generator.CType.StructName;
import io.datafusion.bindings.generator.Header.Member;
import io.datafusion.bindings.generator.Header.Struct;
import io.datafusion.bindings.generator.TypeParser.Declarator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Reads the members of a struct and lays them out as C does on 64-bit platforms. */
final class StructParser {
  /** Size and alignment of a pointer. */
  private static final int POINTER = 8;

  /** The size of a type, and what its address must be a multiple of. */
  private record Extent(long size, long alignment) {}

  private final Cursor cursor;
  private final Names names;
  private final TypeParser types;

  StructParser(Cursor cursor, Names names, TypeParser types) {
    this.cursor = cursor;
    this.names = names;
    this.types = types;
  }

  /** Reads a struct that has only the name which its typedef will give it. */
  Struct anonymous(Token first) {
    Struct nameless = members("", first);
    Token name = cursor.peek();
    if (name.kind() != Token.Kind.NAME) {
      throw cursor.rejected(first, "a struct without a name");
    }
    return define(
        first,
        new Struct(
            name.text(), nameless.members(), nameless.size(), nameless.alignment(), first.doc()));
  }

  /** Reads a struct of that tag, from the brace on. */
  Struct body(String tag, Token first) {
    return define(first, members(tag, first));
  }

  private Struct define(Token first, Struct struct) {
    for (Member member : struct.members()) {
      if (member.type() instanceof FunctionPointer && member.name().equals(struct.name())) {
        throw cursor.rejected(first, "a function pointer member named like its struct");
      }
    }
    if (!names.structDefined(struct)) {
      throw cursor.rejected(first, "struct " + struct.name() + " is defined twice");
    }
    return struct;
  }

  private Struct members(String tag, Token first) {
    cursor.expect("{");
    List<Member> members = new ArrayList<>();
    var seen = new HashSet<String>();
    long end = 0;
    long alignment = 1;
    while (!cursor.accept("}")) {
      Token start = cursor.peek();
      int position = cursor.position();
      CType base = types.base();
      String baseText = cursor.textSince(position);
      do {
        position = cursor.position();
        Declarator declarator = memberDeclarator(base, seen);
        String text = baseText + " " + cursor.textSince(position);
        Extent extent = extent(declarator.type());
        long offset = aligned(end, extent.alignment());
        members.add(new Member(declarator.name(), declarator.type(), offset, text, start.doc()));
        end = offset + extent.size();
        alignment = Math.max(alignment, extent.alignment());
      } while (cursor.accept(","));
      cursor.expect(";");
    }
    if (members.isEmpty()) {
      throw cursor.rejected(first, "a struct without members");
    }
    return new Struct(tag, List.copyOf(members), aligned(end, alignment), alignment, first.doc());
  }

  private Declarator memberDeclarator(CType base, HashSet<String> seen) {
    Declarator declarator = types.declarator(base);
    if (cursor.peek().is(":")) {
      throw cursor.rejected(cursor.peek(), "a bit field");
    }
    if (declarator.name().isEmpty()) {
      throw cursor.rejected(declarator.at(), "a member without a name");
    }
    if (!seen.add(declarator.name())) {
      throw cursor.rejected(declarator.at(), declarator.name() + " is declared twice");
    }
    types.value(declarator.at(), declarator.type(), false);
    return declarator;
  }

  private Extent extent(CType type) {
    return switch (type) {
      case Scalar scalar -> new Extent(scalar.size, scalar.size);
      case StructName(String tag) -> {
        Struct struct = names.struct(tag).orElseThrow();
        yield new Extent(struct.size(), struct.alignment());
      }
      case CType.Pointer _, FunctionPointer _ -> new Extent(POINTER, POINTER);
      case CType.Void _ -> throw new IllegalArgumentException("void has no extent");
    };
  }

  private static long aligned(long offset, long alignment) {
    return (offset + alignment - 1) / alignment * alignment;
  }
}
