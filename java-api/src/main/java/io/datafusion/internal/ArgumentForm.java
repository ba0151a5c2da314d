package io.datafusion.internal;

import com.google.protobuf.ByteString;
import io.datafusion.internal.message.AnyArguments;
import io.datafusion.internal.message.ArgumentSignature;
import io.datafusion.internal.message.CoercibleArgument;
import io.datafusion.internal.message.CoercibleArguments;
import io.datafusion.internal.message.OneOfArguments;
import io.datafusion.internal.message.TypeClass;
import io.datafusion.internal.message.UniformArguments;
import io.datafusion.udf.Coercion;
import io.datafusion.udf.Signature;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A signature as it travels.
 *
 * @param message the form
 */
public record ArgumentForm(ArgumentSignature message) implements Signature {
  /** The engine makes lists of that length out of the number alone. */
  private static final int MOST = 1024;

  /** {@return exactly these} */
  public static ArgumentForm exact(List<Field> arguments) {
    return of(ArgumentSignature.newBuilder().setExact(IpcFields.write(arguments)));
  }

  /** {@return exactly these, which SQL may also give by their names} */
  static ArgumentForm named(List<Field> arguments) {
    var names = arguments.stream().map(Field::getName).toList();
    return of(exact(arguments).message().toBuilder().addAllParameterNames(names));
  }

  /** {@return none} */
  public static ArgumentForm nullary() {
    return of(ArgumentSignature.newBuilder().setNullary(AnyArguments.getDefaultInstance()));
  }

  /** {@return as many, of one of these types} */
  public static ArgumentForm uniform(int count, List<Field> types) {
    var form = UniformArguments.newBuilder().setCount(counted(count)).setTypes(some(types));
    return of(ArgumentSignature.newBuilder().setUniform(form));
  }

  /** {@return any number, of one of these types} */
  public static ArgumentForm variadic(List<Field> types) {
    return of(ArgumentSignature.newBuilder().setVariadic(some(types)));
  }

  /** {@return any number of any types} */
  public static ArgumentForm variadicAny() {
    return of(ArgumentSignature.newBuilder().setVariadicAny(AnyArguments.getDefaultInstance()));
  }

  /** {@return as many of any types} */
  public static ArgumentForm any(int count) {
    return of(ArgumentSignature.newBuilder().setAny(number(count)));
  }

  /** {@return as many that can be compared} */
  public static ArgumentForm comparable(int count) {
    return of(ArgumentSignature.newBuilder().setComparable(number(count)));
  }

  /** {@return as many numbers} */
  public static ArgumentForm numeric(int count) {
    return of(ArgumentSignature.newBuilder().setNumeric(number(count)));
  }

  /** {@return as many strings} */
  public static ArgumentForm string(int count) {
    return of(ArgumentSignature.newBuilder().setString(number(count)));
  }

  /** {@return what the callable chooses} */
  public static ArgumentForm userDefined() {
    return of(ArgumentSignature.newBuilder().setUserDefined(AnyArguments.getDefaultInstance()));
  }

  /** {@return the first that fits} */
  public static ArgumentForm oneOf(List<Signature> forms) {
    if (forms.isEmpty()) {
      throw new IllegalArgumentException("one of no signatures");
    }
    var all = OneOfArguments.newBuilder();
    forms.forEach(form -> all.addForms(((ArgumentForm) form).message));
    return of(ArgumentSignature.newBuilder().setOneOf(all));
  }

  /** {@return arguments each with its rules} */
  public static ArgumentForm coercible(List<Coercion> arguments) {
    var all = CoercibleArguments.newBuilder();
    for (Coercion argument : arguments) {
      var one =
          CoercibleArgument.newBuilder()
              .setDesired(typeClass(argument.desired()))
              .setPreserveDictionary(argument.keepsDictionary());
      argument.sources().forEach(source -> one.addAllowedSources(typeClass(source)));
      argument.cast().ifPresent(cast -> one.setDefaultCast(IpcFields.write(List.of(cast))));
      all.addArguments(one);
    }
    return of(ArgumentSignature.newBuilder().setCoercible(all));
  }

  /** {@return fields of types} */
  public static List<Field> fields(ArrowType... types) {
    return Arrays.stream(types).map(type -> Field.nullable("", type)).toList();
  }

  @Override
  public boolean accepts(int arguments) {
    return accepts(message, arguments);
  }

  private static boolean accepts(ArgumentSignature form, int given) {
    return switch (form.getFormCase()) {
      case EXACT -> IpcFields.read(form.getExact()).size() == given;
      case UNIFORM -> form.getUniform().getCount() == given;
      case VARIADIC, VARIADIC_ANY -> given > 0;
      case ANY -> form.getAny().getCount() == given;
      case COMPARABLE -> form.getComparable().getCount() == given;
      case NUMERIC -> form.getNumeric().getCount() == given;
      case STRING -> form.getString().getCount() == given;
      case NULLARY -> given == 0;
      case ONE_OF -> form.getOneOf().getFormsList().stream().anyMatch(f -> accepts(f, given));
      case COERCIBLE -> form.getCoercible().getArgumentsCount() == given;
      // the engine says, when it knows the types
      case USER_DEFINED, ARRAY, FORM_NOT_SET -> true;
    };
  }

  private static TypeClass typeClass(Coercion.TypeClass type) {
    return switch (type) {
      case Coercion.Type one ->
          TypeClass.newBuilder().setNative(IpcFields.write(List.of(one.field()))).build();
      case Coercion.Family family -> TypeClass.newBuilder().setName(name(family)).build();
    };
  }

  private static String name(Coercion.Family family) {
    String name = family.name();
    return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
  }

  private static ByteString some(List<Field> types) {
    if (types.isEmpty()) {
      throw new IllegalArgumentException("a signature of no types");
    }
    return IpcFields.write(types);
  }

  private static AnyArguments.Builder number(int count) {
    return AnyArguments.newBuilder().setCount(counted(count));
  }

  private static int counted(int count) {
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException(count + " arguments; 1 to " + MOST + " are possible");
    }
    return count;
  }

  private static ArgumentForm of(ArgumentSignature.Builder form) {
    return new ArgumentForm(form.build());
  }

  @Override
  public String toString() {
    return message.getFormCase().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
