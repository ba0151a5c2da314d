package io.datafusion.internal.callable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.udf.ScalarFunction1;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.module.ModuleFinder;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Contract 8 and 13: what cannot travel is refused with the captured variable, its class and
 * advice.
 */
class NotShippableTest {
  private static final String PACKAGE = NotShippableTest.class.getPackageName();

  @TempDir private static Path classes;
  private static final Map<String, Object[]> CASES = new HashMap<>();

  @BeforeAll
  @SuppressWarnings("unchecked")
  static void loadSamples() throws Exception {
    SampleClasses.compile(classes);
    var loader =
        new URLClassLoader(
            new URL[] {classes.toUri().toURL()}, SampleClasses.class.getClassLoader());
    Object cases = loader.loadClass("samples.Refused").getMethod("cases").invoke(null);
    CASES.putAll((Map<String, Object[]>) cases);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "captured this | captured this | samples.Refused | local variable",
        "inner class | the function | samples.Refused$Inner | make the class static",
        "not serializable | 'thread' | java.lang.Thread | do not travel",
        "JDK object | 'counter' | java.util.concurrent.atomic.AtomicLong | do not travel",
        "field | 'lock', field 'held' | java.lang.Object | do not travel",
        "element | 'list', an element | java.lang.Thread | do not travel",
        "map value | 'map', the value of key | java.util.concurrent.atomic.AtomicLong | do not"
            + " travel",
        "identity map | 'identity' | java.util.IdentityHashMap | do not travel",
        "subclass of a JDK class | 'subclass' | samples.Refused$1 | extends java.util.ArrayList",
        "plain lambda | 'plain' | $$Lambda | not Serializable",
        "lambda of the JDK | 'byLength' | java.util.Comparator | inside the JDK",
        "writeObject | 'hook' | samples.Refused$WithWriteObject | writeObject",
        "externalizable | 'external' | samples.Refused$External | Externalizable",
        "cycle | 'cycle' | [Ljava.lang.Object; | cycle",
        "deep | 'chain' | samples.Refused$Holder | nested more than",
        "proxy | 'proxy' | Proxy | at run time",
        "key without a text | 'unspoken', the value of a samples.Refused$Unspoken |"
            + " java.util.concurrent.atomic.AtomicLong | do not travel",
        "view of an identity map | 'view', what it wraps | java.util.IdentityHashMap | do not"
            + " travel",
        "view with an order of the JDK | 'ordered', what it wraps, its order |"
            + " java.lang.String$CaseInsensitiveComparator | do not travel",
        "type that is not made again | the function | samples.Refused | does not fit",
        "native method | native method | samples/Refused.natively | only Java code",
      })
  void theReasonNamesPartClassAndAdvice(String name, String part, String type, String advice) {
    assertThatThrownBy(() -> CallableEncoder.encode(CASES.get(name)[0], Set.of()))
        .isInstanceOfSatisfying(
            NotShippable.class,
            e -> {
              assertThat(e.part()).contains(part);
              assertThat(e.className()).contains(type);
              assertThat(e).hasMessageContaining(advice);
            });
  }

  @Test
  void aClassWithoutAClassFileIsRefused() throws Exception {
    byte[] code = ClassFile.of().build(ClassDesc.of(PACKAGE + ".Made"), this::last);
    Object hidden =
        MethodHandles.lookup()
            .defineHiddenClass(code, true)
            .lookupClass()
            .getDeclaredConstructor()
            .newInstance();
    assertThatThrownBy(() -> CallableEncoder.encode(hidden, Set.of()))
        .isInstanceOf(NotShippable.class);
    byte[] up = ClassFile.of().build(ClassDesc.of("made.Up"), this::last);
    var noFile = new Defining(Map.of("made.Up", up));
    Object made = noFile.loadClass("made.Up").getDeclaredConstructor().newInstance();
    assertThatThrownBy(() -> CallableEncoder.encode(made, Set.of()))
        .isInstanceOf(NotShippable.class)
        .hasMessageContaining("made.Up")
        .hasMessageContaining("class file");
  }

  /** The classes of a function travel by name, so one name cannot stand for two of them. */
  @Test
  void twoClassesOfOneNameAreRefused() throws Exception {
    Supplier<String> first = twin("one");
    Supplier<String> second = twin("two");
    ScalarFunction1<String, String> both = x -> x + first.get() + second.get();
    assertThatThrownBy(() -> CallableEncoder.encode(both, Set.of()))
        .isInstanceOf(NotShippable.class)
        .hasMessageContaining("twin.Twin")
        .hasMessageContaining("two class loaders");
    Supplier<String> same = twin("one");
    ScalarFunction1<String, String> equal = x -> x + first.get() + same.get();
    assertThat(CallableEncoder.encode(equal, Set.of()).carried()).hasSize(1);
  }

  @SuppressWarnings("unchecked")
  private static Supplier<String> twin(String text) throws Exception {
    Path sources = Files.createTempDirectory(classes, "twin");
    Path source = sources.resolve("Twin.java");
    Files.writeString(
        source,
        "package twin; public class Twin implements java.util.function.Supplier<String>,"
            + " java.io.Serializable { public String get() { return \"%s\"; } }".formatted(text));
    String[] arguments = {"-d", sources.toString(), source.toString()};
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments)).isZero();
    var loader = new URLClassLoader(new URL[] {sources.toUri().toURL()});
    return (Supplier<String>) loader.loadClass("twin.Twin").getConstructor().newInstance();
  }

  /** Contract 13: a package that is not opened is refused, naming what would open it. */
  @Test
  void aPackageThatIsNotOpenedIsRefusedNamingTheOpens(@TempDir Path sources, @TempDir Path modules)
      throws Exception {
    Path module =
        Files.writeString(sources.resolve("module-info.java"), "module acme { exports acme.api; }");
    Path type = Files.createDirectories(sources.resolve("acme/api")).resolve("Rate.java");
    Files.writeString(type, "package acme.api; public record Rate(double value) {}");
    String[] arguments = {
      "-d", modules.resolve("acme").toString(), module.toString(), type.toString()
    };
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments)).isZero();
    var configuration =
        ModuleLayer.boot()
            .configuration()
            .resolve(ModuleFinder.of(modules), ModuleFinder.of(), Set.of("acme"));
    Object rate =
        ModuleLayer.boot()
            .defineModulesWithOneLoader(configuration, null)
            .findLoader("acme")
            .loadClass("acme.api.Rate")
            .getConstructor(double.class)
            .newInstance(0.5);
    ScalarFunction1<Long, String> capturing = x -> rate + "" + x;
    assertThatThrownBy(() -> CallableEncoder.encode(capturing, Set.of()))
        .isInstanceOf(NotShippable.class)
        .hasMessageContaining("opens acme.api to io.datafusion");
  }

  /** Contract 12: more than 1 MiB or 500 classes is an error that lists the largest packages. */
  @Test
  void tooMuchCodeIsRefusedWithTheLargestPackages() throws Exception {
    assertThatThrownBy(() -> CallableEncoder.encode(chain("large.part.C", 501), Set.of()))
        .isInstanceOf(NotShippable.class)
        .hasMessageContaining("501 classes")
        .hasMessageContaining("large.part");
    assertThat(CallableEncoder.encode(chain("large.part.C", 500), Set.of()).carried()).hasSize(500);
  }

  /** Contract 14: what cannot travel works locally, so that no error but this one may come. */
  @Test
  void whatIsTooLargeIsRefusedWithSizeAndLimit() {
    long[] large = new long[9_000_000];
    ScalarFunction1<Long, Long> one = x -> x + large[5];
    assertThatThrownBy(() -> CallableEncoder.encode(one, Set.of()))
        .isInstanceOf(NotShippable.class)
        .hasMessageContaining("'large'")
        .hasMessageContaining("72000000 bytes")
        .hasMessageContaining(Integer.toString(CallableEncoder.BYTE_LIMIT));
    byte[] some = new byte[CallableEncoder.BYTE_LIMIT - 100];
    ScalarFunction1<Long, Long> all = x -> x + some[5];
    assertThatThrownBy(() -> CallableEncoder.encode(all, Set.of()))
        .isInstanceOf(NotShippable.class)
        .hasMessageContaining(Integer.toString(CallableEncoder.BYTE_LIMIT));
  }

  @Test
  void errorsWhileItIsWrittenAreRefusals() throws Exception {
    Object deep = sub("deep.part.S", 2_000);
    assertThatThrownBy(() -> CallableEncoder.encode(deep, Set.of()))
        .isInstanceOf(NotShippable.class);
    for (Throwable error :
        new Throwable[] {
          new OutOfMemoryError(),
          new StackOverflowError(),
          new IllegalStateException(),
          new NoClassDefFoundError()
        }) {
      Object function = new Throwing(error).loadClass("thrown.F").getConstructor().newInstance();
      assertThatThrownBy(() -> CallableEncoder.encode(function, Set.of()))
          .isInstanceOf(NotShippable.class)
          .hasMessageContaining("thrown.F")
          .hasCause(error);
    }
  }

  @Test
  void previewFeaturesAreRefusedWithClassAndRelease() throws Exception {
    ClassDesc preview = ClassDesc.of("preview.B");
    int release = Runtime.version().feature();
    int major = release + ClassFiles.MAJOR_OF_RELEASE_0;
    byte[] user = ClassFile.of().build(ClassDesc.of("preview.A"), t -> link(t, preview));
    byte[] used =
        ClassFile.of()
            .build(
                preview,
                type -> {
                  last(type);
                  type.withVersion(major, ClassFile.PREVIEW_MINOR_VERSION);
                });
    var loader = new Giving(Map.of("preview.A", user, "preview.B", used));
    Object function = loader.loadClass("preview.A").getDeclaredConstructor().newInstance();
    assertThatThrownBy(() -> CallableEncoder.encode(function, Set.of()))
        .isInstanceOf(NotShippable.class)
        .hasMessageContaining("preview.B")
        .hasMessageContaining("Java " + release);
  }

  /** A function whose class has as many superclasses. */
  private Object sub(String prefix, int length) throws Exception {
    var code = new HashMap<String, byte[]>();
    code.put(prefix + 0, ClassFile.of().build(ClassDesc.of(prefix + 0), this::last));
    var loader = new Giving(code);
    for (int i = 1; i <= length; i++) {
      ClassDesc above = ClassDesc.of(prefix + (i - 1));
      code.put(prefix + i, ClassFile.of().build(ClassDesc.of(prefix + i), t -> below(t, above)));
      loader.loadClass(prefix + i);
    }
    return loader.loadClass(prefix + length).getDeclaredConstructor().newInstance();
  }

  private static void below(ClassBuilder type, ClassDesc above) {
    type.withFlags(ClassFile.ACC_PUBLIC)
        .withSuperclass(above)
        .withMethodBody(
            ConstantDescs.INIT_NAME,
            ConstantDescs.MTD_void,
            ClassFile.ACC_PUBLIC,
            code ->
                code.aload(0)
                    .invokespecial(above, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                    .return_());
  }

  /** A function whose class calls another class, and so on. */
  private Object chain(String prefix, int length) throws Exception {
    var code = new HashMap<String, byte[]>();
    for (int i = 0; i < length - 1; i++) {
      ClassDesc next = ClassDesc.of(prefix + (i + 1));
      code.put(prefix + i, ClassFile.of().build(ClassDesc.of(prefix + i), t -> link(t, next)));
    }
    String end = prefix + (length - 1);
    code.put(end, ClassFile.of().build(ClassDesc.of(end), this::last));
    return new Giving(code).loadClass(prefix + 0).getDeclaredConstructor().newInstance();
  }

  private void link(ClassBuilder type, ClassDesc next) {
    function(
        type,
        code ->
            code.new_(next)
                .dup()
                .invokespecial(next, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .areturn());
  }

  private void last(ClassBuilder type) {
    function(type, code -> code.aload(1).areturn());
  }

  private static void function(ClassBuilder type, Consumer<CodeBuilder> apply) {
    type.withFlags(ClassFile.ACC_PUBLIC)
        .withInterfaceSymbols(ClassDesc.of(ScalarFunction1.class.getName()))
        .withMethodBody(
            ConstantDescs.INIT_NAME,
            ConstantDescs.MTD_void,
            ClassFile.ACC_PUBLIC,
            code ->
                code.aload(0)
                    .invokespecial(
                        ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                    .return_())
        .withMethodBody(
            "apply",
            MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_Object),
            ClassFile.ACC_PUBLIC,
            apply);
  }

  /** Defines classes and keeps their class files to itself. */
  static class Defining extends ClassLoader {
    final Map<String, byte[]> code;

    Defining(Map<String, byte[]> code) {
      super(NotShippableTest.class.getClassLoader());
      this.code = code;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte[] bytes = code.get(name);
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }

  /** Gives the class files out, as loaders of applications do. */
  private static final class Giving extends Defining {
    Giving(Map<String, byte[]> code) {
      super(code);
    }

    @Override
    public InputStream getResourceAsStream(String name) {
      byte[] bytes = code.get(name.replace(".class", "").replace('/', '.'));
      return bytes == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(bytes);
    }
  }

  /** Fails where it is asked for a class file. */
  private final class Throwing extends Defining {
    private final Throwable error;

    Throwing(Throwable error) {
      super(
          Map.of(
              "thrown.F",
              ClassFile.of().build(ClassDesc.of("thrown.F"), NotShippableTest.this::last)));
      this.error = error;
    }

    @Override
    public InputStream getResourceAsStream(String name) {
      if (error instanceof RuntimeException e) {
        throw e;
      }
      throw (Error) error;
    }
  }
}
