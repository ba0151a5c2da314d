package io.datafusion.internal.callable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.datafusion.internal.message.Callable;
import io.datafusion.internal.message.CodeUnit;
import io.datafusion.udf.ScalarFunction1;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract 12 to 16 where functions are read: identity, life, and what is refused. */
class CallableDecoderTest {
  private static final ClassLoader HERE = CallableDecoderTest.class.getClassLoader();

  @TempDir private static Path classes;
  private static Map<String, Callable> samples = Map.of();

  @BeforeAll
  static void encodeSamples() throws Exception {
    SampleClasses.compile(classes);
    samples = Samples.encoded(classes, "samples.Kinds");
  }

  /** Contract 14: callables are cached by function digest, loaders by the digest of the classes. */
  @Test
  void equalDigestsGiveTheSameFunctionAndEqualClassesTheSameLoader() throws Exception {
    Object first = decode("a", samples.get("capturing"));
    assertThat(decode("a", samples.get("capturing"))).isSameAs(first);
    Object second = decode("b", samples.get("capturing"));
    assertThat(second).isNotSameAs(first);
    assertThat(second.getClass().getClassLoader()).isSameAs(first.getClass().getClassLoader());
    assertThat(decode("c", samples.get("plain")).getClass().getClassLoader())
        .isNotSameAs(first.getClass().getClassLoader());
  }

  /** Contract 14: both are collected when the last function is gone. */
  @Test
  void functionAndLoaderAreCollectedWithTheLastFunction() throws Exception {
    Object function = decode("gone", samples.get("captured record"));
    call(function, 1L);
    var loop =
        RowLoop.of(
            new RowSignature(
                "f", java.util.List.of(RowType.of(Long.class)), RowType.of(Long.class), false),
            function,
            new RowMemory(java.lang.foreign.MemorySegment.NULL, (out, capacity) -> {}));
    var loader = new WeakReference<>(function.getClass().getClassLoader());
    var weak = new WeakReference<>(function);
    System.gc();
    assertThat(loader.get()).isNotNull();
    Reference.reachabilityFence(function);
    Reference.reachabilityFence(loop);
    function = null;
    loop = null;
    for (int i = 0; i < 100 && loader.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(weak.get()).isNull();
    assertThat(loader.get()).isNull();
  }

  /** Contract 16: nothing of the user's runs before the first call. */
  @Test
  void staticInitialisersRunAtTheFirstCall() throws Exception {
    Callable traced = Samples.encoded(classes, "samples.Initialised").get("traced");
    System.clearProperty("samples.initialised");
    Object function = decode("traced", traced);
    assertThat(System.getProperty("samples.initialised")).isNull();
    call(function, "x");
    assertThat(System.getProperty("samples.initialised")).isEqualTo("yes");
  }

  @Test
  void aDecodedFunctionCanBeWrittenAgain() throws Exception {
    for (String name : Set.of("capturing", "captured user object", "bound reference", "record")) {
      Object function = decode(name, samples.get(name));
      Encoded again = CallableEncoder.encode(function, Set.of());
      assertThat(again.payload()).isEqualTo(samples.get(name).getPayload());
      assertThat(again.carried()).isEqualTo(samples.get(name).getCarriedList());
    }
  }

  /** Contract 12: code that travelled defines functions, which travel in their turn. */
  @Test
  void functionsOfCodeThatTravelledTravelOn() throws Exception {
    Map<String, Callable> makers = Samples.encoded(classes, "samples.Makers");
    for (var maker : makers.entrySet()) {
      Object made = made(maker.getValue(), maker.getKey());
      if (maker.getKey().startsWith("refused: ")) {
        assertThatThrownBy(() -> CallableEncoder.encode(made, Set.of()))
            .isInstanceOf(NotShippable.class)
            .hasMessageContaining("has a method readResolve");
      } else {
        Encoded onwards = CallableEncoder.encode(made, Set.of());
        Object arrived = decode("onwards " + maker.getKey(), onwards.toMessage());
        assertThat(arrived).isNotSameAs(made);
        assertThat(DecodingWorker.call(arrived, new Object[] {1L}))
            .as(maker.getKey())
            .isEqualTo(DecodingWorker.call(made, new Object[] {1L}));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static Object made(Callable maker, String name) throws Exception {
    return ((ScalarFunction1<Long, Object>) decode("maker " + name, maker)).apply(1L);
  }

  /** What another sender left out is told before anything is made of it. */
  @Test
  void anEnumWithoutItsListOfConstantsIsRefused() {
    Callable.Builder sample = samples.get("captured enum").toBuilder();
    for (int i = 0; i < sample.getCarriedCount(); i++) {
      if (sample.getCarried(i).getName().equals("samples.Kinds$Unit")) {
        byte[] code = sample.getCarried(i).getCode().toByteArray();
        var without =
            ClassTransform.dropping(
                e -> e instanceof MethodModel m && m.methodName().equalsString("values"));
        byte[] trimmed = ClassFile.of().transformClass(ClassFile.of().parse(code), without);
        sample.setCarried(i, unit("samples.Kinds$Unit", trimmed));
      }
    }
    long before = CallableDecoder.definedClasses();
    assertThatThrownBy(() -> decode("no values", sample.build()))
        .isInstanceOf(MalformedCallable.class)
        .hasMessageContaining("samples.Kinds$Unit is no enum with a constant 'DOZEN'");
    assertThat(CallableDecoder.definedClasses()).isEqualTo(before);
  }

  /** Contract 15. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void codeForANewerJavaIsAnErrorWithBothReleases(boolean onlyDeclared) {
    Callable.Builder newer = samples.get("plain").toBuilder();
    if (onlyDeclared) {
      newer.setRuntimeRelease(99);
    } else {
      byte[] code = newer.getCarried(0).getCode().toByteArray();
      code[6] = 0;
      code[7] = (byte) (99 + ClassFiles.MAJOR_OF_RELEASE_0);
      newer.setCarried(0, unit(newer.getCarried(0).getName(), code));
    }
    assertThatThrownBy(() -> decode("newer", newer.build()))
        .isInstanceOf(MissingCode.class)
        .hasMessageContaining("Java 99")
        .hasMessageContaining("Java " + Runtime.version().feature());
  }

  /** A JVM defines such classes only where it is of the same release and told so. */
  @Test
  void previewFeaturesAreAnErrorWithClassAndRelease() {
    Callable.Builder preview = samples.get("plain").toBuilder();
    byte[] code = preview.getCarried(0).getCode().toByteArray();
    code[4] = code[5] = (byte) 0xff;
    preview.setCarried(0, unit(preview.getCarried(0).getName(), code));
    long before = CallableDecoder.definedClasses();
    assertThatThrownBy(() -> decode("preview", preview.build()))
        .isInstanceOf(MissingCode.class)
        .hasMessageContaining("preview features of Java " + Runtime.version().feature())
        .hasMessageContaining("samples.Kinds");
    assertThat(CallableDecoder.definedClasses()).isEqualTo(before);
  }

  /** The constructor of a record may refuse here what it took there. */
  @Test
  void aRecordWhoseConstructorThrowsIsNamed() throws Exception {
    System.setProperty("samples.home", "yes");
    Callable homely = Samples.encoded(classes, "samples.Initialised").get("homely");
    System.clearProperty("samples.home");
    assertThatThrownBy(() -> decode("homely", homely))
        .isInstanceOf(MalformedCallable.class)
        .hasMessageContaining("samples.Initialised$Homely")
        .hasMessageContaining("only at home")
        .hasMessageNotContaining("InvocationTargetException")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  /** Contract 12: a class that travels by reference and is not here. */
  @Test
  void aMissingClassIsAnErrorThatNamesIt() {
    Callable lacking =
        samples.get("plain").toBuilder()
            .addReferenced(CodeUnit.newBuilder().setName("com.acme.Missing"))
            .build();
    assertThatThrownBy(() -> decode("lacking", lacking))
        .isInstanceOf(MissingCode.class)
        .hasMessageContaining("com.acme.Missing");
    Callable.Builder record = samples.get("captured record").toBuilder();
    List<CodeUnit> carried = record.getCarriedList();
    Callable stripped = record.clearCarried().build();
    assertThatThrownBy(() -> decode("stripped", stripped))
        .isInstanceOf(MalformedCallable.class)
        .hasMessageContainingAll("samples.Kinds", "not among those that came or should be here");
    Callable referring = record.addAllReferenced(carried).build();
    assertThatThrownBy(() -> decode("referring", referring))
        .isInstanceOf(MissingCode.class)
        .hasMessageContaining("samples.Kinds");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.lang.Evil",
        "javax.evil.Evil",
        "jdk.internal.Evil",
        "sun.misc.Unsafe",
        "io.datafusion.Evil",
        "datafusion.shipped.Anchor"
      })
  void namesOfOthersAreNotDefined(String name) {
    byte[] code = ClassFile.of().build(ClassDesc.of(name), type -> {});
    Callable evil = samples.get("plain").toBuilder().addCarried(unit(name, code)).build();
    assertThatThrownBy(() -> decode("evil", evil))
        .isInstanceOf(MalformedCallable.class)
        .hasMessageContaining(name);
  }

  @Test
  void unitsMustBeWhatTheySayTheyAre() {
    Callable plain = samples.get("plain");
    CodeUnit unit = plain.getCarried(0);
    byte[] code = unit.getCode().toByteArray();
    for (CodeUnit wrong :
        new CodeUnit[] {
          unit.toBuilder().setSha256(ByteString.copyFrom(new byte[32])).build(),
          unit.toBuilder().clearSha256().build(),
          unit("samples.Other", code),
          unit("", code),
          unit(unit.getName(), new byte[] {1, 2, 3}),
          unit(unit.getName(), new byte[100]),
          unit(unit.getName(), java.util.Arrays.copyOf(code, code.length - 1))
        }) {
      assertThatThrownBy(() -> decode("wrong", plain.toBuilder().setCarried(0, wrong).build()))
          .isInstanceOf(MalformedCallable.class);
    }
    assertThatThrownBy(() -> decode("twice", plain.toBuilder().addCarried(unit).build()))
        .isInstanceOf(MalformedCallable.class)
        .hasMessageContaining("twice");
  }

  private static CodeUnit unit(String name, byte[] code) {
    return CodeUnit.newBuilder()
        .setName(name)
        .setCode(ByteString.copyFrom(code))
        .setSha256(ShippedCode.digest(code))
        .build();
  }

  private static Object decode(String digest, Callable callable) throws CallableException {
    return CallableDecoder.decode(ByteString.copyFromUtf8(digest), callable, HERE);
  }

  @SuppressWarnings("unchecked")
  private static Object call(Object function, Object argument) throws Exception {
    return ((ScalarFunction1<Object, Object>) function).apply(argument);
  }
}
