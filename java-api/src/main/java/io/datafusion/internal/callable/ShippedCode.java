package io.datafusion.internal.callable;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The class loader of one set of shipped classes: its own names first, everything else from the
 * parent.
 */
final class ShippedCode extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  /** The name of the class that stands for us; no class that travels may have it. */
  static final String ANCHOR = "datafusion.shipped.Anchor";

  private static final LongAdder DEFINED = new LongAdder();

  private final Map<String, byte[]> code;

  ShippedCode(Map<String, byte[]> code, ClassLoader parent) {
    super("datafusion-shipped", parent);
    this.code = new HashMap<>(code);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    byte[] bytes = code.get(name);
    if (bytes == null) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        DEFINED.increment();
        loaded = defineClass(name, bytes, 0, bytes.length);
      }
      return loaded;
    }
  }

  /** So that a function of this code can be written again. */
  @Override
  public @Nullable InputStream getResourceAsStream(String resource) {
    String name = InternalName.toBinary(resource.replaceFirst("\\.class$", ""));
    byte[] bytes = resource.endsWith(".class") ? code.get(name) : null;
    return bytes == null ? super.getResourceAsStream(resource) : new ByteArrayInputStream(bytes);
  }

  /**
   * {@return access to a class, all of it if it came with this code}
   *
   * <p>Lambdas are made only for a lookup that was born in the module of the class, which this
   * module is not: so one class of ours stands among those that came.
   */
  MethodHandles.Lookup lookup(Class<?> type) throws ReflectiveOperationException {
    MethodHandles.Lookup own = anchor();
    if (type.getClassLoader() == this) {
      return MethodHandles.privateLookupIn(type, own);
    }
    return type.getModule() == ShippedCode.class.getModule()
        ? MethodHandles.privateLookupIn(type, MethodHandles.lookup())
        : own;
  }

  private MethodHandles.Lookup anchor() throws ReflectiveOperationException {
    Class<?> anchor;
    synchronized (getClassLoadingLock(ANCHOR)) {
      Class<?> loaded = findLoadedClass(ANCHOR);
      byte[] bytes = loaded == null ? anchorCode() : new byte[0];
      anchor = loaded == null ? defineClass(ANCHOR, bytes, 0, bytes.length) : loaded;
    }
    return (MethodHandles.Lookup) anchor.getMethod("lookup").invoke(null);
  }

  /**
   * {@code public class Anchor { public static Lookup lookup() { return MethodHandles.lookup(); }
   * }}.
   */
  private static byte[] anchorCode() {
    var type = MethodTypeDesc.of(ConstantDescs.CD_MethodHandles_Lookup);
    return ClassFile.of()
        .build(
            ClassDesc.of(ANCHOR),
            anchor ->
                anchor
                    .withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL)
                    .withMethodBody(
                        "lookup",
                        type,
                        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                        code ->
                            code.invokestatic(ConstantDescs.CD_MethodHandles, "lookup", type)
                                .areturn()));
  }

  /** {@return how many classes that came as bytes were defined, in all loaders} */
  static long defined() {
    return DEFINED.sum();
  }

  static ByteString digest(byte[] bytes) {
    return ByteString.copyFrom(sha256().digest(bytes));
  }

  /** {@return a key for a set of classes} */
  static ByteString digest(Map<String, byte[]> code) {
    MessageDigest digest = sha256();
    code.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry -> {
              digest.update(entry.getKey().getBytes(StandardCharsets.UTF_8));
              digest.update((byte) 0);
              digest.update(sha256().digest(entry.getValue()));
            });
    return ByteString.copyFrom(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
