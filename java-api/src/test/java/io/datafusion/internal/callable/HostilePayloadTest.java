package io.datafusion.internal.callable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.internal.message.Callable;
import io.datafusion.internal.message.CallablePayload;
import io.datafusion.internal.message.CapturedArray;
import io.datafusion.internal.message.CapturedCollection;
import io.datafusion.internal.message.CapturedConstant;
import io.datafusion.internal.message.CapturedField;
import io.datafusion.internal.message.CapturedInstance;
import io.datafusion.internal.message.CapturedText;
import io.datafusion.internal.message.CapturedValue;
import io.datafusion.internal.message.CodeUnit;
import io.datafusion.internal.message.CollectionKind;
import io.datafusion.internal.message.InlinedFunction;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contract 11: whatever the bytes say, one of our exceptions, and no class defined. */
class HostilePayloadTest {
  private static final ClassLoader HERE = HostilePayloadTest.class.getClassLoader();
  private static final int MUTANTS_EACH = 60;

  @TempDir private static Path classes;
  private static Map<String, Callable> samples = Map.of();

  @BeforeAll
  static void encodeSamples() throws Exception {
    SampleClasses.compile(classes);
    samples = Samples.encoded(classes, "samples.Kinds");
  }

  @Test
  void mutatedCallablesAreRefusedWithoutDefiningAClass() {
    List<Callable> mutants = mutants();
    assertThat(mutants).hasSizeGreaterThan(2_000);
    int refused = 0;
    for (Callable mutant : mutants) {
      long before = CallableDecoder.definedClasses();
      try {
        decode(mutant);
      } catch (CallableException e) {
        assertThat(e).isInstanceOfAny(MalformedCallable.class, MissingCode.class);
        assertThat(CallableDecoder.definedClasses()).as(e.toString()).isEqualTo(before);
        refused++;
      }
    }
    // what remains is sound: another number was captured
    assertThat(refused).isGreaterThan(2_000);
  }

  /** Bit flips and truncations of payloads, of class files, and of whole messages. */
  private static List<Callable> mutants() {
    var random = new Random(11);
    var mutants = new ArrayList<Callable>();
    for (Callable sample : samples.values()) {
      for (int i = 0; i < MUTANTS_EACH; i++) {
        mutants.add(sample.toBuilder().setPayload(mutate(sample.getPayload(), random)).build());
        if (i % 4 == 0 && sample.getCarriedCount() > 0) {
          int at = random.nextInt(sample.getCarriedCount());
          var unit = sample.getCarried(at);
          var changed = unit.toBuilder().setCode(mutate(unit.getCode(), random));
          mutants.add(sample.toBuilder().setCarried(at, changed).build());
        }
        try {
          mutants.add(Callable.parseFrom(mutate(sample.toByteString(), random)));
        } catch (InvalidProtocolBufferException e) {
          // whoever reads the message around the callable refuses this one
        }
      }
    }
    mutants.removeAll(samples.values());
    return mutants;
  }

  private static ByteString mutate(ByteString bytes, Random random) {
    byte[] copy = bytes.toByteArray();
    if (copy.length == 0 || random.nextInt(4) == 0) {
      return bytes.substring(0, random.nextInt(copy.length + 1));
    }
    for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
      copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return ByteString.copyFrom(copy);
  }

  /** A new one for each decode, so that nothing comes out of a cache. */
  private static final class Parent extends ClassLoader {
    Parent() {
      super(HERE);
    }
  }

  @Test
  void valuesReferOnlyBackwards() {
    refused("no earlier one", values -> List.of(array(0), values.getLast()));
    refused("no earlier one", values -> List.of(array(7), values.getLast()));
    refused("no earlier one", values -> List.of(array(-1), values.getLast()));
  }

  @Test
  void depthAndUnfoldedSizeAreLimited() {
    refused("deep", values -> nested(values, 1, 100));
    refused("unfolded", values -> nested(values, 2, 40));
  }

  /** Arrays of arrays, each with the one before as its elements. */
  private static List<CapturedValue> nested(List<CapturedValue> values, int width, int depth) {
    var table = new ArrayList<CapturedValue>();
    for (int i = 0; i < depth; i++) {
      int before = i - 1;
      table.add(
          array(i == 0 ? new int[0] : IntStream.generate(() -> before).limit(width).toArray()));
    }
    table.add(values.getLast());
    return table;
  }

  @Test
  void codeIsLimitedInCountAndBytes() {
    Callable plain = samples.get("plain");
    CodeUnit unit = plain.getCarried(0);
    var many = plain.toBuilder().addAllCarried(Collections.nCopies(500, unit)).build();
    assertThatThrownBy(() -> decode(many)).hasMessageContaining("501 classes");
    ByteString code = ByteString.copyFrom(new byte[1 << 20]);
    var large = plain.toBuilder().addCarried(unit.toBuilder().setCode(code)).build();
    assertThatThrownBy(() -> decode(large)).isInstanceOf(MalformedCallable.class);
  }

  /** Two bytes of an empty message become an object of dozens: they are counted before. */
  @Test
  void emptyMessagesAreCountedBeforeTheyAreMade() {
    Callable plain = samples.get("plain");
    ByteString values = nothings(CallablePayload.VALUES_FIELD_NUMBER, 5_000_000);
    assertThatThrownBy(() -> decode(plain.toBuilder().setPayload(values).build()))
        .isInstanceOf(MalformedCallable.class)
        .hasMessageContaining("5000000 values");
    ByteString fields = nothings(CapturedInstance.FIELDS_FIELD_NUMBER, 3_000_000);
    ByteString object = within(CapturedValue.OBJECT_FIELD_NUMBER, fields);
    ByteString payload = within(CallablePayload.VALUES_FIELD_NUMBER, object);
    assertThatThrownBy(() -> decode(plain.toBuilder().setPayload(payload).build()))
        .isInstanceOf(MalformedCallable.class)
        .hasMessageContaining("3000000 fields");
    for (int field : new int[] {Callable.CARRIED_FIELD_NUMBER, Callable.REFERENCED_FIELD_NUMBER}) {
      ByteString callable = nothings(field, 2_000_000);
      byte[] function = within(InlinedFunction.CALLABLE_FIELD_NUMBER, callable).toByteArray();
      long before = allocated();
      assertThatThrownBy(() -> ParseLimits.checkFunction(function))
          .isInstanceOf(MalformedCallable.class)
          .hasMessageContaining("2000000");
      assertThat(allocated() - before).isLessThan(16L << 20);
    }
  }

  private static long allocated() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }

  /** So many empty messages as a field. */
  private static ByteString nothings(int field, int count) {
    byte[] bytes = new byte[2 * count];
    for (int i = 0; i < bytes.length; i += 2) {
      bytes[i] = (byte) (field << 3 | 2);
    }
    return ByteString.copyFrom(bytes);
  }

  private static ByteString within(int field, ByteString message) {
    ByteString.Output out = ByteString.newOutput();
    try {
      var coded = CodedOutputStream.newInstance(out);
      coded.writeBytes(field, message);
      coded.flush();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteString();
  }

  @Test
  void onlyAllowedClassesAreMade() {
    refused("java.lang.Thread", values -> List.of(instance("java.lang.Thread"), values.getLast()));
    refused("io.datafusion", values -> List.of(instance("io.datafusion.Expr"), values.getLast()));
    refused(
        "java.lang.ProcessBuilder",
        values -> List.of(text("java.lang.ProcessBuilder", "rm"), values.getLast()));
    refused("UUID", values -> List.of(text("java.util.UUID", "no"), values.getLast()));
    refused(
        "BLURSDAY",
        values -> List.of(constant("java.time.DayOfWeek", "BLURSDAY"), values.getLast()));
    refused(
        "no enum",
        values -> List.of(constant("java.lang.Runtime", "currentRuntime"), values.getLast()));
    refused("no function", values -> List.of(text("java.math.BigDecimal", "1")));
    refused("values", values -> List.of());
    refused("no value", values -> List.of(array(), map(0), values.getLast()));
  }

  @Test
  void fieldsHoldOnlyWhatTheyAreDeclaredFor() {
    Callable sample = samples.get("captured user object");
    assertThatThrownBy(
            () -> decode(withFirst(sample, CapturedValue.newBuilder().setString("9").build())))
        .isInstanceOf(MalformedCallable.class)
        .hasMessageContaining("factor");
    assertThatThrownBy(() -> decode(renamed(sample))).isInstanceOf(MalformedCallable.class);
  }

  private static Callable withFirst(Callable sample, CapturedValue value) throws Exception {
    var payload = CallablePayload.parseFrom(sample.getPayload()).toBuilder().setValues(0, value);
    return sample.toBuilder().setPayload(payload.build().toByteString()).build();
  }

  private static Callable renamed(Callable sample) throws Exception {
    var payload = CallablePayload.parseFrom(sample.getPayload()).toBuilder();
    CapturedInstance.Builder object = payload.getValuesBuilder(1).getObjectBuilder();
    CapturedField.Builder field = object.getFieldsBuilder(0);
    field.setName(field.getName() + "x");
    return sample.toBuilder().setPayload(payload.build().toByteString()).build();
  }

  private static void refused(String reason, UnaryOperator<List<CapturedValue>> change) {
    Callable sample = samples.get("plain");
    assertThatThrownBy(
            () -> {
              var payload = CallablePayload.parseFrom(sample.getPayload()).toBuilder();
              List<CapturedValue> changed = change.apply(payload.getValuesList());
              payload.clearValues().addAllValues(changed);
              decode(sample.toBuilder().setPayload(payload.build().toByteString()).build());
            })
        .isInstanceOf(MalformedCallable.class)
        .hasMessageContaining(reason);
  }

  private static Object decode(Callable callable) throws CallableException {
    return CallableDecoder.decode(ByteString.copyFrom(new byte[] {2}), callable, new Parent());
  }

  private static CapturedValue array(int... elements) {
    var array = CapturedArray.newBuilder().setComponent("Ljava/lang/Object;");
    for (int element : elements) {
      array.addElements(element);
    }
    return CapturedValue.newBuilder().setArray(array).build();
  }

  private static CapturedValue map(int... elements) {
    var map = CapturedCollection.newBuilder().setKind(CollectionKind.COLLECTION_KIND_HASH_MAP);
    for (int element : elements) {
      map.addElements(element);
    }
    return CapturedValue.newBuilder().setCollection(map).build();
  }

  private static CapturedValue instance(String type) {
    return CapturedValue.newBuilder()
        .setObject(CapturedInstance.newBuilder().setType(type))
        .build();
  }

  private static CapturedValue text(String type, String text) {
    return CapturedValue.newBuilder()
        .setText(CapturedText.newBuilder().setType(type).setText(text))
        .build();
  }

  private static CapturedValue constant(String type, String name) {
    return CapturedValue.newBuilder()
        .setConstant(CapturedConstant.newBuilder().setType(type).setName(name))
        .build();
  }
}
