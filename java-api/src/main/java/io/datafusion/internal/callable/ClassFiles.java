package io.datafusion.internal.callable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Class files of a class loader, looked up as resources: no class is loaded for it. */
final class ClassFiles {
  /** Class files of release n have major version n + 44. */
  static final int MAJOR_OF_RELEASE_0 = 44;

  /** Class files with preview features have the minor version 65535: both bytes of it are this. */
  static final byte PREVIEW_BYTE = -1;

  private final Map<String, @Nullable ClassModel> models = new HashMap<>();
  private final Map<String, byte[]> first;
  private final @Nullable ClassLoader loader;

  ClassFiles(@Nullable ClassLoader loader) {
    this(Map.of(), loader);
  }

  /** Looks into {@code first}, by internal name, before it asks the loader. */
  ClassFiles(Map<String, byte[]> first, @Nullable ClassLoader loader) {
    this.first = first;
    this.loader = loader;
  }

  /** {@return the class file, or null if there is none or it cannot be read} */
  @Nullable ClassModel find(String internalName) {
    if (!models.containsKey(internalName)) {
      models.put(internalName, parse(internalName));
    }
    return models.get(internalName);
  }

  private @Nullable ClassModel parse(String internalName) {
    byte[] bytes = read(internalName);
    if (bytes == null) {
      return null;
    }
    try {
      return ClassFile.of().parse(bytes);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** {@return whether the class of a field, or a class nested in it, reads that field} */
  boolean reads(Field field) {
    String owner = InternalName.of(field.getDeclaringClass());
    return readers(owner)
        .flatMap(model -> model.methods().stream())
        .flatMap(method -> method.code().stream())
        .flatMap(CodeModel::elementStream)
        .anyMatch(
            element ->
                element instanceof FieldInstruction read
                    && read.opcode() == Opcode.GETFIELD
                    && read.name().equalsString(field.getName())
                    && read.owner().asInternalName().equals(owner));
  }

  private Stream<ClassModel> readers(String owner) {
    ClassModel model = find(owner);
    if (model == null) {
      return Stream.empty();
    }
    Stream<ClassModel> nested =
        model.findAttribute(Attributes.innerClasses()).stream()
            .flatMap(inner -> inner.classes().stream())
            .map(info -> info.innerClass().asInternalName())
            .filter(name -> name.startsWith(owner + "$"))
            .flatMap(name -> Stream.ofNullable(find(name)));
    return Stream.concat(Stream.of(model), nested);
  }

  byte @Nullable [] read(String internalName) {
    byte[] own = first.get(internalName);
    if (own != null) {
      return own;
    }
    String resource = internalName + ".class";
    try (InputStream in =
        loader == null
            ? ClassLoader.getPlatformClassLoader().getResourceAsStream(resource)
            : loader.getResourceAsStream(resource)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("The class file of " + internalName + " cannot be read", e);
    }
  }
}
