package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.datafusion.DataFrame;
import io.datafusion.Expr;
import io.datafusion.SessionContext;
import io.datafusion.internal.boundary.Faults;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.internal.callable.DefinedClasses;
import io.datafusion.internal.message.CallablePayload;
import io.datafusion.internal.message.CapturedValue;
import io.datafusion.internal.message.CodeUnit;
import io.datafusion.internal.message.InlinedFunction;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Volatility;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.ConstantInstruction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * contract 14: decoded functions share callables by their digest and loaders by the digest of their
 * classes, and both go with the last function.
 */
class LoaderCollectionTest {
  private static final int SETS = 10_000;
  private static final int WARM = 1_000;
  private static final int AT_ONCE = 20;

  /**
   * A hundred bytes for each set of classes, and ten times that on the Java heap, where other tests
   * leave theirs; one that stays takes thousands.
   */
  private static final long GROWTH = (SETS - WARM) * 100L;

  /** What stands in the template for the base of a call. */
  private static final long BASE = 5_555_555_555L;

  private SessionContext ctx;
  private DataFrame row;
  private InlinedCall template;

  @BeforeEach
  void open() throws Exception {
    ctx = SessionContext.create();
    row = ctx.sql("SELECT CAST(1 AS BIGINT) AS a");
    var counting =
        ScalarUdf.of("counting", Long.class, Long.class, new Counting(BASE))
            .withVolatility(Volatility.VOLATILE);
    template = new InlinedCall(counting.call(col("a")).toBytes(ctx));
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  /** Bytes of a call of {@link Counting} with another mark in its class and another base. */
  private byte[] bytes(long mark, long base) throws Exception {
    return template.withBody(
        body -> {
          rebase(body, base);
          CodeUnit.Builder unit = body.getCallableBuilder().getCarriedBuilder(0);
          byte[] code = marked(unit.getCode().toByteArray(), mark);
          unit.setCode(ByteString.copyFrom(code));
          unit.setSha256(ByteString.copyFrom(Messages.sha256(code)));
        });
  }

  private static void rebase(InlinedFunction.Builder body, long base) {
    ByteString payload = body.getCallable().getPayload();
    try {
      var values = CallablePayload.parseFrom(payload.substring(1)).toBuilder();
      for (CapturedValue.Builder value : values.getValuesBuilderList()) {
        if (value.getInt64() == BASE) {
          value.setInt64(base);
        }
      }
      var rebased = payload.substring(0, 1).concat(values.build().toByteString());
      body.getCallableBuilder().setPayload(rebased);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] marked(byte[] code, long mark) {
    CodeTransform constants =
        (builder, element) -> {
          if (element instanceof ConstantInstruction constant
              && constant.constantValue().equals(Counting.MARK)) {
            builder.loadConstant(mark);
          } else {
            builder.with(element);
          }
        };
    ClassFile files = ClassFile.of();
    return files.transformClass(
        files.parse(code), ClassTransform.transformingMethodBodies(constants));
  }

  private Expr call(long mark, long base) throws Exception {
    return Expr.fromBytes(ctx, bytes(mark, base));
  }

  private List<Object> answers(List<Expr> calls) throws Exception {
    var named = new ArrayList<Expr>();
    for (Expr call : calls) {
      named.add(call.alias("c" + named.size()));
    }
    try (var stream = row.select(named.toArray(Expr[]::new)).execute();
        var allocator = new RootAllocator();
        var reader = stream.reader(allocator)) {
      assertThat(reader.loadNextBatch()).isTrue();
      var answers = new ArrayList<Object>();
      reader.getVectorSchemaRoot().getFieldVectors().forEach(v -> answers.add(v.getObject(0)));
      return answers;
    }
  }

  /** Two functions of each set of classes, and one of them once more. */
  private void round(int first, int count) throws Exception {
    var calls = new ArrayList<Expr>();
    var expected = new ArrayList<Object>();
    for (int mark = first; mark < first + count; mark++) {
      calls.add(call(mark, 1));
      expected.add(Counting.answer(mark, 1, 1, 1));
      calls.add(call(mark, 2));
      expected.add(Counting.answer(mark, 2, 2, 1));
      calls.add(call(mark, 1));
      expected.add(Counting.answer(mark, 1, 3, 2));
    }
    assertThat(answers(calls)).isEqualTo(expected);
  }

  @Test
  void equalFunctionsShareTheirStateAndEqualClassesTheirStaticFields() throws Exception {
    long defined = DefinedClasses.count();
    round(1, 1);
    assertThat(DefinedClasses.count() - defined).as("one class, once").isEqualTo(1);
  }

  @Test
  void twentyThousandFunctionsOfTenThousandSetsOfClassesAreCollected() throws Exception {
    round(0, AT_ONCE);
    settle();
    int callbacks = Upcalls.live();
    int loaders = DefinedClasses.loaders();
    int functions = DefinedClasses.functions();
    long defined = DefinedClasses.count();
    var warm = MemoryInUse.NONE;
    for (int set = 0; set < SETS; set += AT_ONCE) {
      round(1_000_000 + set, AT_ONCE);
      if (set + AT_ONCE == WARM) {
        settle();
        warm = MemoryInUse.now();
      }
    }
    assertThat(DefinedClasses.count() - defined).isEqualTo(SETS);
    settle();
    var end = MemoryInUse.now();
    System.out.println("after " + WARM + " loaders " + warm + ", after " + SETS + " " + end);
    assertThat(end.metaspace() - warm.metaspace()).as("metaspace").isLessThan(GROWTH);
    assertThat(end.javaHeap() - warm.javaHeap()).as("Java heap").isLessThan(10 * GROWTH);
    assertThat(DefinedClasses.loaders()).as("loaders").isLessThanOrEqualTo(loaders);
    assertThat(DefinedClasses.functions()).as("callables").isLessThanOrEqualTo(functions);
    assertThat(Upcalls.live()).as("callbacks").isLessThanOrEqualTo(callbacks);
  }

  /** The proof that the test above would see a loader that stays. */
  @Test
  void aLoaderStaysWithOneOfItsFunctions() throws Exception {
    settle();
    int loaders = DefinedClasses.loaders();
    Expr held = call(2_000_000, 1);
    answers(List.of(held));
    settle();
    assertThat(DefinedClasses.loaders()).isEqualTo(loaders + 1);
    assertThat(answers(List.of(call(2_000_000, 2))))
        .containsExactly(Counting.answer(2_000_000, 2, 2, 1));
    assertThat(answers(List.of(held))).containsExactly(Counting.answer(2_000_000, 1, 3, 2));
  }

  /** contract 10, 14: equal digests are one callable, and so one state. */
  @Test
  void decodedFunctionsOfOneDigestShareTheirState() throws Exception {
    List<Long> calls = new ArrayList<>();
    Expr counted =
        ScalarUdf.of("counted", Long.class, Long.class, a -> calls.add(a) ? (long) calls.size() : a)
            .withVolatility(Volatility.VOLATILE)
            .call(col("a"));
    byte[] bytes = counted.toBytes(ctx);
    try (SessionContext another = SessionContext.create()) {
      Expr first = Expr.fromBytes(ctx, bytes);
      Expr second = Expr.fromBytes(another, bytes);
      assertThat(first).isEqualTo(second).isNotEqualTo(counted);
      assertThat(row.select(first.alias("n")).toText(1)).contains("| 1 ");
      assertThat(another.sql("SELECT CAST(5 AS BIGINT) AS a").select(second.alias("n")).toText(1))
          .contains("| 2 ");
      assertThat(row.select(first.alias("n")).toText(1)).contains("| 3 ");
    }
    assertThat(calls).isEmpty();
  }

  /** Runs the collector until neither native objects nor loaders become fewer. */
  private static void settle() throws InterruptedException {
    Map<String, Long> last = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      System.gc();
      Thread.sleep(50);
      Map<String, Long> now = Faults.counters();
      now.put("loaders", (long) DefinedClasses.loaders());
      if (i > 3 && now.equals(last)) {
        return;
      }
      last = now;
    }
  }
}
