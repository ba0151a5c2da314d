package user;

import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.ArrowIpc;
import io.datafusion.ArrowIpcSink;
import io.datafusion.Avro;
import io.datafusion.BatchStream;
import io.datafusion.Csv;
import io.datafusion.CsvSink;
import io.datafusion.DataFrame;
import io.datafusion.Expr;
import io.datafusion.Functions;
import io.datafusion.Join;
import io.datafusion.NdJson;
import io.datafusion.NdJsonSink;
import io.datafusion.Operator;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.PhysicalExpr;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.SqlOptions;
import io.datafusion.Window;
import io.datafusion.WindowFrame;
import io.datafusion.capsule.ExtensionBundle;
import io.datafusion.catalog.BatchWriter;
import io.datafusion.catalog.ColumnStatistics;
import io.datafusion.catalog.InsertOp;
import io.datafusion.catalog.Precision;
import io.datafusion.catalog.ScanRequest;
import io.datafusion.catalog.Statistics;
import io.datafusion.cluster.ExecutorOptions;
import io.datafusion.cluster.SchedulerOptions;
import io.datafusion.codec.CodecTrace;
import io.datafusion.codec.FrameSigner;
import io.datafusion.codec.FrameVerifier;
import io.datafusion.codec.FunctionForm;
import io.datafusion.codec.PlanInspector;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.AsyncFunction;
import io.datafusion.udf.Coercion;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Signature;
import io.datafusion.udf.TableArguments;
import io.datafusion.udf.TableFunction;
import io.datafusion.udf.VectorFunction;
import java.io.IOException;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Null is a NullPointerException at once, wherever it is not said that it may be passed. */
class NullArgumentsTest {
  private static final List<String> PACKAGES =
      List.of("", "capsule", "catalog", "cluster", "codec", "exchange", "udf");
  private static final KeyPair KEYS = keys();
  private static final SecretKey SECRET = new SecretKeySpec(new byte[32], "HmacSHA256");
  private static final Expr COL = Expr.col("a");
  private static final Field FIELD = Field.nullable("a", new ArrowType.Int(64, true));
  private static final Schema SCHEMA = new Schema(List.of(FIELD));
  private static final SessionContext CTX = SessionContext.create();
  private static final DataFrame FRAME = CTX.sql("SELECT 1 AS a");
  private static final BatchStream STREAM = FRAME.execute();
  private static final BufferAllocator ALLOCATOR = new RootAllocator();
  private static final VectorSchemaRoot ROOT = VectorSchemaRoot.create(SCHEMA, ALLOCATOR);
  private static final ArrowReader READER = CTX.sql("SELECT 1 AS a").execute().reader(ALLOCATOR);

  private static final ScanRequest REQUEST =
      new ScanRequest(SCHEMA, List.of(0), List.of(), OptionalLong.empty(), 1, 1);

  private static final TableFunction.Body TABLE = (session, arguments) -> FRAME;

  /** One object of each class that a method is called on or takes. */
  private static final List<Object> SAMPLES =
      List.of(
          CTX,
          CTX.logicalExtensionCodec(),
          ExtensionBundle.of(),
          new ExtensionBundle.Codec(CTX.logicalExtensionCodec(), "a"),
          new ExtensionBundle.Table("a", CTX.export(TableFunction.of("f", TABLE))),
          SessionConfig.of(),
          SchedulerOptions.of(),
          ExecutorOptions.of(),
          Duration.ofSeconds(1),
          FRAME,
          STREAM,
          FRAME.logicalPlan(),
          FRAME.executionPlan(),
          PhysicalExpr.of(CTX, COL, SCHEMA),
          Functions.count(COL),
          Expr.col("a"),
          Expr.lit(1L),
          Expr.placeholder("$1"),
          Expr.wildcard(),
          new Expr.Opaque(new byte[0]),
          Expr.caseOf(COL).when(COL, COL),
          Operator.Unary.NOT,
          PlanInspector.expression(COL.toBytes()),
          PlanInspector.expression(Functions.count(COL).toBytes()).functions().get(0),
          new PlanInspector.Node("a", "", List.of(), List.of()),
          new PlanInspector.Fact("a", List.of()),
          new FunctionForm.ByName(false),
          SECRET,
          KEYS.getPrivate(),
          KEYS.getPublic(),
          FrameSigner.hmacSha256("k", SECRET),
          FrameVerifier.hmacSha256("k", SECRET),
          Signature.any(1),
          Coercion.Family.ANY,
          Coercion.of(Coercion.Family.ANY),
          (VectorFunction) batch -> batch.vector(0),
          new Operator.SortOrder(false, false),
          new Operator.Like(false, false, false, Optional.empty()),
          COL.asc(),
          Join.on("a"),
          SqlOptions.all(),
          Window.of(),
          WindowFrame.all(),
          new WindowFrame.Bound.CurrentRow(),
          Parquet.of("a"),
          Csv.of("a"),
          NdJson.of("a"),
          ArrowIpc.of("a"),
          Avro.of("a"),
          ParquetSink.of("a"),
          CsvSink.of("a"),
          NdJsonSink.of("a"),
          ArrowIpcSink.of("a"),
          Csv.of("a").settings(),
          CsvSink.of("a").settings(),
          UdfInlining.enabled(),
          ScalarUdf.of("f", Long.class, Long.class, n -> n),
          Aggregates.Way.RECORD.mean("f"),
          (AsyncFunction) batch -> null,
          Windows.sum(),
          TABLE,
          TableFunction.of("f", TABLE),
          new TableArguments("f", List.of()),
          new Numbers(1, 1),
          new Numbers(1, 1).scan(REQUEST),
          REQUEST,
          ColumnStatistics.unknown(),
          Statistics.ofRows(Precision.absent()),
          Precision.exact(1L),
          InsertOp.APPEND,
          (BatchWriter) batch -> false,
          new JavaCodecTest.Codec(),
          (CodecTrace) event -> {},
          FIELD,
          SCHEMA,
          FIELD.getType(),
          ALLOCATOR,
          ROOT,
          READER,
          COL.measure(),
          new IllegalStateException(),
          BigDecimal.ONE,
          Path.of("a"),
          Long.class,
          new byte[0],
          "a",
          'a',
          1,
          OptionalLong.empty(),
          Optional.empty());

  /** One call with null, or something that holds null, for one argument. */
  record Call(Executable target, int argument, @Nullable Object value) {
    @Override
    public String toString() {
      return target.toGenericString() + " #" + argument + " = " + text(value);
    }

    private static String text(@Nullable Object value) {
      return value instanceof Object[] items ? Arrays.toString(items) : String.valueOf(value);
    }
  }

  @AfterAll
  static void close() throws IOException {
    READER.close();
    STREAM.close();
    ROOT.close();
    ALLOCATOR.close();
    CTX.close();
  }

  static Stream<Call> calls() throws Exception {
    Path classes =
        Path.of(SessionContext.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    var calls = new ArrayList<Call>();
    for (String name : PACKAGES) {
      Path folder = classes.resolve("io/datafusion").resolve(name);
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.sorted().toList()) {
          addCalls(calls, classes.relativize(file).toString());
        }
      }
    }
    return calls.stream();
  }

  private static void addCalls(List<Call> calls, String path) throws ClassNotFoundException {
    if (!path.endsWith(".class") || path.contains("package-info")) {
      return;
    }
    Class<?> type = Class.forName(path.replace(".class", "").replace('/', '.'));
    // the methods of a sealed class that is not public are those of the public class that it
    // permits
    boolean shown =
        Modifier.isPublic(type.getModifiers()) || type.isSealed() && !type.isInterface();
    if (!shown || calledByTheEngine(type)) {
      return;
    }
    var targets = new ArrayList<Executable>();
    for (Method method : type.getMethods()) {
      boolean ours = method.getDeclaringClass().getName().startsWith("io.datafusion.");
      boolean repeated = method.getDeclaringClass() != type && Expr.class != type;
      if (ours && !repeated && !method.isSynthetic() && !method.getName().equals("equals")) {
        targets.add(method);
      }
    }
    if (!Modifier.isAbstract(type.getModifiers())) {
      targets.addAll(List.of(type.getConstructors()));
    }
    for (Executable target : targets) {
      AnnotatedType[] types = target.getAnnotatedParameterTypes();
      for (int i = 0; i < types.length; i++) {
        addCalls(calls, target, i, types[i]);
      }
    }
  }

  /** Interfaces that a user implements, and what inspections are made of. */
  private static boolean calledByTheEngine(Class<?> type) {
    return Stream.of(
            "ScalarFunction",
            ".Vector",
            "Accumulator",
            "codec.FunctionF",
            "TableFunction$Body",
            "catalog.Table",
            "catalog.BatchWriter",
            "ExtensionCodec",
            "codec.CodecTrace",
            "AsyncFunction",
            "WindowFunction",
            "WindowContext",
            "FrameFunction",
            "PartitionEvaluator",
            "RowRanges")
        .anyMatch(type.getName()::contains);
  }

  private static KeyPair keys() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void addCalls(List<Call> calls, Executable target, int i, AnnotatedType type) {
    Class<?> raw = target.getParameterTypes()[i];
    if (raw.isPrimitive() || type.isAnnotationPresent(Nullable.class)) {
      return;
    }
    calls.add(new Call(target, i, null));
    boolean holdsNulls =
        type instanceof AnnotatedArrayType array
            && array.getAnnotatedGenericComponentType().isAnnotationPresent(Nullable.class);
    if (raw.isArray() && !raw.getComponentType().isPrimitive() && !holdsNulls) {
      calls.add(new Call(target, i, Array.newInstance(raw.getComponentType(), 1)));
    } else if (raw == List.class) {
      calls.add(new Call(target, i, Collections.singletonList(null)));
    } else if (raw == Map.class) {
      calls.add(new Call(target, i, Collections.singletonMap("k", null)));
      calls.add(new Call(target, i, Collections.singletonMap(null, "v")));
    }
  }

  @ParameterizedTest
  @MethodSource("calls")
  void nullIsRefused(Call call) throws Exception {
    Executable target = call.target();
    Object[] arguments = new Object[target.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] =
          i == call.argument() ? call.value() : sample(target.getGenericParameterTypes()[i]);
    }
    Throwable thrown = null;
    try {
      if (target instanceof Method method) {
        boolean isStatic = Modifier.isStatic(method.getModifiers());
        method.setAccessible(true); // it may stand in an interface that is not public
        method.invoke(isStatic ? null : sample(method.getDeclaringClass()), arguments);
      } else {
        ((Constructor<?>) target).newInstance(arguments);
      }
    } catch (InvocationTargetException e) {
      thrown = e.getCause();
    }
    assertThat(thrown).as(call.toString()).isInstanceOf(NullPointerException.class);
  }

  private static Object sample(Type type) {
    return switch (type) {
      case ParameterizedType p when p.getRawType() == List.class ->
          p.getActualTypeArguments()[0] instanceof Class<?> c ? List.of(sample(c)) : List.of();
      case ParameterizedType p when p.getRawType() == Map.class -> Map.of();
      case ParameterizedType p -> sample(p.getRawType());
      case Class<?> c -> sampleOf(c);
      case TypeVariable<?> v when v.getBounds()[0] == Record.class -> new Aggregates.Mean(0, 0);
      default -> 1L;
    };
  }

  private static Object sampleOf(Class<?> type) {
    if (type == boolean.class) {
      return true;
    } else if (type == int.class) {
      return 1;
    } else if (type == long.class) {
      return 1L;
    } else if (type.isEnum()) {
      return type.getEnumConstants()[0];
    } else if (type.isArray() && !type.getComponentType().isPrimitive()) {
      Object array = Array.newInstance(type.getComponentType(), 1);
      Array.set(array, 0, sampleOf(type.getComponentType()));
      return array;
    }
    for (Object sample : SAMPLES) {
      if (type == char.class ? sample instanceof Character : type.isInstance(sample)) {
        return sample;
      }
    }
    if (type.isInterface() && !type.isSealed()) {
      return Proxy.newProxyInstance(
          NullArgumentsTest.class.getClassLoader(),
          new Class<?>[] {type},
          (_, method, _) -> {
            throw new AssertionError(method + " was called");
          });
    }
    throw new AssertionError("no sample of " + type);
  }

  /** A reader that cannot become a table keeps its batches. */
  @Test
  void readerIsNotConsumedForATableWithoutAName() throws IOException {
    try (ArrowReader reader = FRAME.execute().reader(ALLOCATOR)) {
      try {
        CTX.register(null, reader);
      } catch (NullPointerException _) {
        // as it should be
      }
      assertThat(reader.loadNextBatch()).isTrue();
    }
  }
}
