package io.datafusion.internal.callable;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.internal.message.Callable;
import io.datafusion.internal.message.CallablePayload;
import io.datafusion.internal.message.CodeUnit;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes functions of what {@link CallableEncoder} wrote. */
public final class CallableDecoder {
  private static final int FIRST_RELEASE = 44;

  static final WeakCache<Object> FUNCTIONS = new WeakCache<>();
  static final WeakCache<ShippedCode> LOADERS = new WeakCache<>();

  private CallableDecoder() {}

  /**
   * {@return the function, made anew or the one that still lives under that digest}
   *
   * @param digest of the function, the key of a weak cache
   * @param callable what {@link Encoded#toMessage()} gave
   * @param parent where the classes that did not travel are found
   * @throws MalformedCallable if anything in the message is wrong; no class was defined then
   * @throws MissingCode if this JVM lacks a class that did not travel, or is older than the code
   */
  public static Object decode(ByteString digest, Callable callable, ClassLoader parent)
      throws MalformedCallable, MissingCode {
    WeakCache.Key key = new WeakCache.Key(digest, parent);
    Object known = FUNCTIONS.get(key);
    if (known != null) {
      return known;
    }
    CallablePayload payload = payload(callable);
    Map<String, byte[]> code = code(callable);
    new PayloadCheck(payload, code.keySet(), names(callable.getReferencedList())).check();
    release(callable.getRuntimeRelease());
    references(callable, parent);
    types(payload, code, parent);
    var set = new WeakCache.Key(ShippedCode.digest(code), parent);
    ShippedCode loader = LOADERS.getOrPut(set, new ShippedCode(code, parent));
    return FUNCTIONS.getOrPut(key, new ValueReader(payload, loader).read());
  }

  /** {@return how many classes that came as bytes this JVM has defined so far} */
  public static long definedClasses() {
    return ShippedCode.defined();
  }

  private static CallablePayload payload(Callable callable) throws MalformedCallable {
    if (!callable.getCodecId().equals(Encoded.CODEC_ID)) {
      throw new MalformedCallable(
          "The callable is for the codec '"
              + callable.getCodecId()
              + "', not '"
              + Encoded.CODEC_ID
              + "'");
    }
    return payload(callable.getPayload());
  }

  static CallablePayload payload(ByteString bytes) throws MalformedCallable {
    ParseLimits.checkPayload(bytes);
    try {
      CallablePayload payload = CallablePayload.parseFrom(bytes);
      if (payload.getVersion() != CallableEncoder.VERSION) {
        throw new MalformedCallable(
            "The callable has version "
                + payload.getVersion()
                + "; this library reads "
                + CallableEncoder.VERSION);
      }
      return payload;
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedCallable("The payload of the callable is no message", e);
    }
  }

  private static Map<String, byte[]> code(Callable callable) throws MalformedCallable, MissingCode {
    long size = callable.getCarriedList().stream().mapToLong(unit -> unit.getCode().size()).sum();
    if (callable.getCarriedCount() > CodeClosure.CLASS_LIMIT || size > CodeClosure.BYTE_LIMIT) {
      throw new MalformedCallable(
          "The function carries "
              + callable.getCarriedCount()
              + " classes of "
              + size
              + " bytes; read are "
              + CodeClosure.CLASS_LIMIT
              + " classes and 1 MiB");
    }
    Map<String, byte[]> code = new LinkedHashMap<>();
    for (CodeUnit unit : callable.getCarriedList()) {
      byte[] bytes = unit.getCode().toByteArray();
      String name = unit.getName();
      if (!ShippedCode.digest(bytes).equals(unit.getSha256())) {
        throw new MalformedCallable("The class file of " + name + " does not fit its digest");
      }
      if (SharedCode.isReserved(InternalName.ofBinary(name))) {
        throw new MalformedCallable("A class named " + name + " must not travel");
      }
      int major = major(name, bytes);
      release(major - FIRST_RELEASE);
      if (code.put(name, bytes) != null) {
        throw new MalformedCallable("The class " + name + " is there twice");
      }
    }
    return code;
  }

  private static int major(String name, byte[] bytes) throws MalformedCallable, MissingCode {
    int stated = bytes.length < 8 ? 0 : (bytes[6] & 0xff) << 8 | (bytes[7] & 0xff);
    if (stated > 0 && (bytes[4] & bytes[5]) == ClassFiles.PREVIEW_BYTE) {
      throw new MissingCode(
          "The class "
              + name
              + " uses preview features of Java "
              + (stated - FIRST_RELEASE)
              + ", with which code does not travel");
    }
    if (stated > ClassFile.latestMajorVersion()) {
      return stated;
    }
    try {
      ClassModel model = ClassFile.of().parse(bytes);
      String own = InternalName.toBinary(model.thisClass().asInternalName());
      if (!own.equals(name)) {
        throw new MalformedCallable("The class file of " + name + " says that it is " + own);
      }
      return model.majorVersion();
    } catch (IllegalArgumentException e) {
      throw new MalformedCallable("The class file of " + name + " cannot be read", e);
    }
  }

  private static void release(int needed) throws MissingCode {
    int here = Runtime.version().feature();
    if (needed > here) {
      throw new MissingCode(
          "The function's code is for Java " + needed + ", but this JVM is Java " + here);
    }
  }

  private static void types(CallablePayload payload, Map<String, byte[]> code, ClassLoader parent)
      throws MalformedCallable, MissingCode {
    var files = new HashMap<String, byte[]>();
    code.forEach((name, bytes) -> files.put(InternalName.ofBinary(name), bytes));
    try {
      new PayloadTypes(payload, new ClassFiles(files, parent)).check();
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new MalformedCallable("A class file of the function cannot be read", e);
    }
  }

  /** {@return the names of units} */
  static Set<String> names(List<CodeUnit> units) {
    return units.stream().map(CodeUnit::getName).collect(Collectors.toUnmodifiableSet());
  }

  private static void references(Callable callable, ClassLoader parent) throws MissingCode {
    for (CodeUnit unit : callable.getReferencedList()) {
      try {
        Class.forName(unit.getName(), false, parent);
      } catch (ClassNotFoundException | LinkageError e) {
        throw new MissingCode(
            "The function needs the class "
                + unit.getName()
                + ", which does not travel and which is not here; "
                + ReferenceLoaders.asked(),
            e);
      }
    }
  }
}
