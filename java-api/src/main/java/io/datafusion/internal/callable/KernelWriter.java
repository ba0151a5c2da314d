package io.datafusion.internal.callable;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import io.datafusion.udf.ScalarFunction1;
import io.datafusion.udf.ScalarFunction2;
import io.datafusion.udf.ScalarFunction3;
import io.datafusion.udf.ScalarFunction4;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Makes the {@link RowKernel} of a function. As Java, its row would read
 *
 * <pre>{@code
 * CellWriter.float64(out, row, (Double) FUNCTION.apply(CellReader.float64(a, row), ...));
 * }</pre>
 *
 * where FUNCTION is the class data of the hidden class, a constant for the compiler. The class is
 * unloaded when the loop is gone.
 */
final class KernelWriter {
  private static final ClassDesc KERNEL = RowKernel.class.describeConstable().orElseThrow();
  private static final ClassDesc GENERATED = ClassDesc.of(RowKernel.class.getName() + "Of");
  private static final ClassDesc INPUT = InputColumn.class.describeConstable().orElseThrow();
  private static final ClassDesc OUTPUT = OutputColumn.class.describeConstable().orElseThrow();
  private static final ClassDesc READER = CellReader.class.describeConstable().orElseThrow();
  private static final ClassDesc WRITER = CellWriter.class.describeConstable().orElseThrow();

  /** The interfaces of functions, of those of one argument first. */
  static final List<Class<?>> FUNCTIONS =
      List.of(
          ScalarFunction1.class,
          ScalarFunction2.class,
          ScalarFunction3.class,
          ScalarFunction4.class);

  /** Local variables of both methods: this, arguments, out, then from/to or base/mask. */
  private static final int ARGUMENTS = 1;

  private static final int OUT = 2;
  private static final int FROM = 3;
  private static final int TO = 4;
  private static final int MASK = 4;
  private static final int ROW = 6;
  private static final int COLUMNS = 7;

  private final RowSignature signature;
  private final ClassDesc function;

  private KernelWriter(RowSignature signature, Class<?> function) {
    this.signature = signature;
    this.function = function.describeConstable().orElseThrow();
  }

  static RowKernel write(RowSignature signature, Object lambda) {
    Class<?> function = FUNCTIONS.get(signature.arguments().size() - 1);
    if (!function.isInstance(lambda)) {
      throw new IllegalArgumentException(
          signature.name() + " is no " + function.getSimpleName() + " but a " + lambda.getClass());
    }
    byte[] code = new KernelWriter(signature, function).classFile();
    try {
      return (RowKernel)
          MethodHandles.lookup()
              .defineHiddenClassWithClassData(code, lambda, true)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("The loop of " + signature.name() + " cannot be made", e);
    }
  }

  private byte[] classFile() {
    var resolver = ClassHierarchyResolver.ofClassLoading(RowKernel.class.getClassLoader());
    return ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver))
        .build(GENERATED, this::writeClass);
  }

  private void writeClass(ClassBuilder type) {
    type.withFlags(ACC_FINAL).withSuperclass(KERNEL);
    type.withMethodBody(
        INIT_NAME,
        MTD_void,
        0,
        code -> code.aload(0).invokespecial(KERNEL, INIT_NAME, MTD_void).return_());
    ClassDesc columns = INPUT.arrayType();
    var dense = MethodTypeDesc.of(CD_void, columns, OUTPUT, CD_int, CD_int);
    type.withMethodBody("dense", dense, ACC_FINAL, this::dense);
    var sparse = MethodTypeDesc.of(CD_void, columns, OUTPUT, CD_int, CD_long);
    type.withMethodBody("sparse", sparse, ACC_FINAL, this::sparse);
  }

  /** {@code for (row = from; row < to; row++)}. */
  private void dense(CodeBuilder code) {
    hoistColumns(code);
    code.iload(FROM).istore(ROW);
    Label loop = code.newBoundLabel();
    Label end = code.newLabel();
    code.iload(ROW).iload(TO).if_icmpge(end);
    row(code);
    code.iinc(ROW, 1).goto_(loop).labelBinding(end).return_();
    KernelSize.pad(code);
  }

  /** {@code for (; mask != 0; mask &= mask - 1) row = base + numberOfTrailingZeros(mask)}. */
  private void sparse(CodeBuilder code) {
    hoistColumns(code);
    Label loop = code.newBoundLabel();
    Label end = code.newLabel();
    code.lload(MASK).lconst_0().lcmp().ifeq(end);
    code.iload(FROM).lload(MASK);
    code.invokestatic(
        ConstantDescs.CD_Long, "numberOfTrailingZeros", MethodTypeDesc.of(CD_int, CD_long));
    code.iadd().istore(ROW);
    row(code);
    code.lload(MASK).lload(MASK).lconst_1().lsub().land().lstore(MASK);
    code.goto_(loop).labelBinding(end).return_();
    KernelSize.pad(code);
  }

  private void hoistColumns(CodeBuilder code) {
    for (int i = 0; i < signature.arguments().size(); i++) {
      code.aload(ARGUMENTS).loadConstant(i).aaload().astore(COLUMNS + i);
    }
  }

  private void row(CodeBuilder code) {
    code.aload(OUT).iload(ROW).loadConstant(theFunction());
    for (int i = 0; i < signature.arguments().size(); i++) {
      if (signature.nullsReachLambda()) {
        nullable(code, i);
      } else {
        read(code, i);
      }
    }
    var objects = Collections.nCopies(signature.arguments().size(), CD_Object);
    code.invokeinterface(function, "apply", MethodTypeDesc.of(CD_Object, objects));
    ClassDesc result = classOf(signature.result());
    code.checkcast(result);
    code.invokestatic(
        WRITER, accessor(signature.result()), MethodTypeDesc.of(CD_void, OUTPUT, CD_int, result));
  }

  private void read(CodeBuilder code, int argument) {
    RowType type = signature.arguments().get(argument);
    code.aload(COLUMNS + argument).iload(ROW);
    code.invokestatic(READER, accessor(type), MethodTypeDesc.of(classOf(type), INPUT, CD_int));
  }

  private void nullable(CodeBuilder code, int argument) {
    code.aload(COLUMNS + argument).iload(ROW);
    code.invokevirtual(INPUT, "isNull", MethodTypeDesc.of(CD_boolean, CD_int));
    code.ifThenElse(CodeBuilder::aconst_null, valid -> read(valid, argument));
  }

  private DynamicConstantDesc<?> theFunction() {
    var bootstrap =
        ConstantDescs.ofConstantBootstrap(
            ConstantDescs.CD_MethodHandles, "classData", CD_Object, new ClassDesc[0]);
    return DynamicConstantDesc.ofNamed(bootstrap, ConstantDescs.DEFAULT_NAME, function);
  }

  private static ClassDesc classOf(RowType type) {
    return type.javaClass().describeConstable().orElseThrow();
  }

  private static String accessor(RowType type) {
    return type.kind().name().toLowerCase(Locale.ROOT);
  }
}
