package io.datafusion.internal.inspection;

import com.google.protobuf.ByteString;
import io.datafusion.internal.message.ArgumentSignature;
import io.datafusion.internal.message.ArrayArguments;
import io.datafusion.internal.message.CoercibleArgument;
import io.datafusion.internal.message.TypeClass;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a function takes, as text: {@code exact(Int64, Utf8)}. */
final class SignatureText {
  private final FrameReader reader;

  private SignatureText(FrameReader reader) {
    this.reader = reader;
  }

  static String of(FrameReader reader, ArgumentSignature signature) {
    String form = new SignatureText(reader).form(signature);
    return signature.getParameterNamesCount() == 0
        ? form
        : form + " named " + list(signature.getParameterNamesList(), name -> name);
  }

  private String form(ArgumentSignature signature) {
    return switch (signature.getFormCase()) {
      case EXACT -> "exact" + types(signature.getExact());
      case VARIADIC -> "variadic" + types(signature.getVariadic());
      case UNIFORM ->
          "uniform "
              + count(signature.getUniform().getCount())
              + types(signature.getUniform().getTypes());
      case VARIADIC_ANY -> "variadic any";
      case ANY -> "any " + count(signature.getAny().getCount());
      case USER_DEFINED -> "user-defined";
      case ONE_OF -> "one of " + list(signature.getOneOf().getFormsList(), this::form);
      case COERCIBLE ->
          "coercible" + list(signature.getCoercible().getArgumentsList(), this::coercible);
      case COMPARABLE -> "comparable " + count(signature.getComparable().getCount());
      case NUMERIC -> "numeric " + count(signature.getNumeric().getCount());
      case STRING -> "string " + count(signature.getString().getCount());
      case NULLARY -> "nullary";
      case ARRAY -> array(signature.getArray());
      case FORM_NOT_SET -> "?";
    };
  }

  private static String count(int count) {
    return Integer.toUnsignedString(count);
  }

  private String types(ByteString schema) {
    return list(reader.fields("signature", schema), FieldText::type);
  }

  private String coercible(CoercibleArgument argument) {
    var parts = new ArrayList<String>();
    parts.add(type(argument.getDesired()));
    if (argument.getAllowedSourcesCount() > 0) {
      parts.add("from " + list(argument.getAllowedSourcesList(), this::type));
    }
    if (!argument.getDefaultCast().isEmpty()) {
      parts.add("as " + types(argument.getDefaultCast()));
    }
    if (argument.getPreserveDictionary()) {
      parts.add("keeping dictionaries");
    }
    return String.join(" ", parts);
  }

  private String type(TypeClass type) {
    return switch (type.getClassCase()) {
      case NAME -> type.getName();
      case NATIVE ->
          reader.fields("signature", type.getNative()).stream()
              .map(FieldText::type)
              .collect(Collectors.joining(", "));
      case CLASS_NOT_SET -> "?";
    };
  }

  private static String array(ArrayArguments array) {
    if (array.getRecursive()) {
      return "recursive array";
    }
    if (array.getMap()) {
      return "map";
    }
    String arguments = "array" + list(array.getArgumentsList(), argument -> argument);
    return array.getCoercion().isEmpty() ? arguments : arguments + " " + array.getCoercion();
  }

  private static <T> String list(List<T> values, Function<? super T, String> text) {
    return values.stream().map(text).collect(Collectors.joining(", ", "(", ")"));
  }
}
