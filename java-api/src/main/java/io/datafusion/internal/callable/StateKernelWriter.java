package io.datafusion.internal.callable;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Makes the {@link StateKernel} of a part of an aggregate function. As Java, its row would read
 *
 * <pre>{@code
 * int group = groups[row];
 * Sum sum = FUNCTION.apply(new Sum(column0[group], ...), CellReader.float64(a, row), ...);
 * column0[group] = sum.total();
 * }</pre>
 *
 * where FUNCTION, the constructor and the accessors are the class data of the hidden class,
 * constants for the compiler. States live in the columns; the records are never allocated where the
 * compiler sees through the function.
 */
final class StateKernelWriter {
  /** What a part does, and with which inputs. */
  enum Part {
    /** A state and the values of a row make a state. */
    STEP,
    /** As a step, and nulls are values. */
    STEP_WITH_NULLS,
    /** Two states make a state; the inputs are the components of the other. */
    COMBINE,
    /** A state makes a result. */
    FINISH
  }

  private static final ClassDesc KERNEL = StateKernel.class.describeConstable().orElseThrow();
  private static final ClassDesc GENERATED = ClassDesc.of(StateKernel.class.getName() + "Of");
  private static final ClassDesc INPUT = InputColumn.class.describeConstable().orElseThrow();
  private static final ClassDesc OUTPUT = OutputColumn.class.describeConstable().orElseThrow();
  private static final ClassDesc READER = CellReader.class.describeConstable().orElseThrow();
  private static final ClassDesc WRITER = CellWriter.class.describeConstable().orElseThrow();

  /** Local variables of the steps, then of finishing, then of both. */
  private static final int INPUTS = 1;

  private static final int GROUPS = 2;
  private static final int COLUMNS = 3;
  private static final int FROM = 4;
  private static final int TO = 5;
  private static final int MASK = 5;

  private static final int FINISH_COLUMNS = 1;
  private static final int OUT = 2;
  private static final int FINISH_FROM = 3;
  private static final int FINISH_TO = 4;

  private static final int ROW = 8;
  private static final int GROUP = 9;
  private static final int STATE = 10;
  private static final int RESULT = 10;
  private static final int FIRST = 11;

  /** Class data: the function, both constructors, the accessors. */
  private static final int FUNCTION = 0;

  private static final int CONSTRUCTOR = 1;
  private static final int BOXED_CONSTRUCTOR = 2;
  private static final int ACCESSORS = 3;

  private final Part part;
  private final StateType type;
  private final List<RowType> inputs;
  private final RowType result;
  private final ClassDesc function;

  private StateKernelWriter(
      Part part, StateType type, StateSignature signature, Class<?> function) {
    this.part = part;
    this.type = type;
    this.inputs =
        switch (part) {
          case STEP, STEP_WITH_NULLS -> signature.arguments();
          case COMBINE -> type.types();
          case FINISH -> List.of();
        };
    this.result = signature.result();
    this.function = function.describeConstable().orElseThrow();
  }

  /**
   * {@return the loops around a part}
   *
   * @param function the interface of the lambda
   */
  static StateKernel write(
      Part part, StateType type, StateSignature signature, Class<?> function, Object lambda) {
    byte[] code = new StateKernelWriter(part, type, signature, function).classFile();
    var data = new ArrayList<Object>(List.of(lambda, type.constructor(), type.boxedConstructor()));
    data.addAll(type.accessors());
    try {
      return (StateKernel)
          MethodHandles.lookup()
              .defineHiddenClassWithClassData(code, List.copyOf(data), true)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("The loop of " + signature.name() + " cannot be made", e);
    }
  }

  private byte[] classFile() {
    var resolver = ClassHierarchyResolver.ofClassLoading(StateKernel.class.getClassLoader());
    return ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver))
        .build(GENERATED, this::writeClass);
  }

  private void writeClass(ClassBuilder made) {
    made.withFlags(ACC_FINAL).withSuperclass(KERNEL);
    made.withMethodBody(
        INIT_NAME,
        MTD_void,
        0,
        code -> code.aload(0).invokespecial(KERNEL, INIT_NAME, MTD_void).return_());
    ClassDesc rows = INPUT.arrayType();
    ClassDesc columns = CD_Object.arrayType();
    ClassDesc groups = CD_int.arrayType();
    boolean finishes = part == Part.FINISH;
    var dense = MethodTypeDesc.of(CD_void, rows, groups, columns, CD_int, CD_int);
    var sparse = MethodTypeDesc.of(CD_void, rows, groups, columns, CD_int, CD_long);
    var finish = MethodTypeDesc.of(CD_void, columns, OUTPUT, CD_int, CD_int);
    made.withMethodBody(
        "dense", dense, ACC_FINAL, code -> body(code, !finishes, () -> dense(code)));
    made.withMethodBody(
        "sparse", sparse, ACC_FINAL, code -> body(code, !finishes, () -> sparse(code)));
    made.withMethodBody(
        "finish", finish, ACC_FINAL, code -> body(code, finishes, () -> finish(code)));
  }

  /** A kernel has the loops of its part; the others do nothing. */
  private static void body(CodeBuilder code, boolean has, Runnable write) {
    if (has) {
      write.run();
    }
    code.return_();
    if (has) {
      KernelSize.pad(code);
    }
  }

  /** {@code for (row = from; row < to; row++)}. */
  private void dense(CodeBuilder code) {
    hoistColumns(code, COLUMNS);
    hoistInputs(code);
    code.iload(FROM).istore(ROW);
    Label loop = code.newBoundLabel();
    Label end = code.newLabel();
    code.iload(ROW).iload(TO).if_icmpge(end);
    step(code);
    code.iinc(ROW, 1).goto_(loop).labelBinding(end);
  }

  /** {@code for (; mask != 0; mask &= mask - 1) row = base + numberOfTrailingZeros(mask)}. */
  private void sparse(CodeBuilder code) {
    hoistColumns(code, COLUMNS);
    hoistInputs(code);
    Label loop = code.newBoundLabel();
    Label end = code.newLabel();
    code.lload(MASK).lconst_0().lcmp().ifeq(end);
    code.iload(FROM).lload(MASK);
    code.invokestatic(
        ConstantDescs.CD_Long, "numberOfTrailingZeros", MethodTypeDesc.of(CD_int, CD_long));
    code.iadd().istore(ROW);
    step(code);
    code.lload(MASK).lload(MASK).lconst_1().lsub().land().lstore(MASK);
    code.goto_(loop).labelBinding(end);
  }

  private void finish(CodeBuilder code) {
    hoistColumns(code, FINISH_COLUMNS);
    code.iload(FINISH_FROM).istore(GROUP);
    Label loop = code.newBoundLabel();
    Label end = code.newLabel();
    code.iload(GROUP).iload(FINISH_TO).if_icmpge(end);
    code.aload(OUT).iload(GROUP).loadConstant(data(FUNCTION, function));
    state(code);
    apply(code, 1);
    code.astore(RESULT).aload(0).aload(RESULT);
    code.invokevirtual(KERNEL, "requireResult", MethodTypeDesc.of(CD_void, CD_Object));
    ClassDesc written = classOf(result);
    code.aload(RESULT).checkcast(written);
    code.invokestatic(
        WRITER, accessor(result), MethodTypeDesc.of(CD_void, OUTPUT, CD_int, written));
    code.iinc(GROUP, 1).goto_(loop).labelBinding(end);
  }

  private void hoistColumns(CodeBuilder code, int columns) {
    for (int i = 0; i < type.size(); i++) {
      code.aload(columns).loadConstant(i).aaload().checkcast(component(i).arrayType());
      code.astore(FIRST + i);
    }
  }

  private void hoistInputs(CodeBuilder code) {
    for (int i = 0; i < inputs.size(); i++) {
      code.aload(INPUTS).loadConstant(i).aaload().astore(FIRST + type.size() + i);
    }
  }

  private void step(CodeBuilder code) {
    code.aload(GROUPS).iload(ROW).iaload().istore(GROUP);
    code.loadConstant(data(FUNCTION, function));
    state(code);
    if (part == Part.COMBINE) {
      otherState(code);
      apply(code, 2);
    } else {
      for (int i = 0; i < inputs.size(); i++) {
        read(code, i, part == Part.STEP_WITH_NULLS);
      }
      apply(code, 1 + inputs.size());
    }
    code.astore(STATE);
    code.aload(0).aload(STATE);
    code.invokevirtual(KERNEL, "requireState", MethodTypeDesc.of(CD_void, CD_Object));
    for (int i = 0; i < type.size(); i++) {
      code.aload(FIRST + i).iload(GROUP);
      code.loadConstant(data(ACCESSORS + i, CD_MethodHandle)).aload(STATE);
      invokeExact(code, MethodTypeDesc.of(component(i), CD_Object));
      code.arrayStore(TypeKind.from(component(i)));
    }
  }

  /** The record of a group, made of the columns. */
  private void state(CodeBuilder code) {
    code.loadConstant(data(CONSTRUCTOR, CD_MethodHandle));
    var components = new ArrayList<ClassDesc>();
    for (int i = 0; i < type.size(); i++) {
      components.add(component(i));
      code.aload(FIRST + i).iload(GROUP).arrayLoad(TypeKind.from(component(i)));
    }
    invokeExact(code, MethodTypeDesc.of(CD_Object, components));
  }

  /** The record of a row, made of the inputs. */
  private void otherState(CodeBuilder code) {
    code.loadConstant(data(BOXED_CONSTRUCTOR, CD_MethodHandle));
    var components = new ArrayList<ClassDesc>();
    for (int i = 0; i < inputs.size(); i++) {
      components.add(classOf(inputs.get(i)));
      read(code, i, !type.isPrimitive(i));
    }
    invokeExact(code, MethodTypeDesc.of(CD_Object, components));
  }

  private void read(CodeBuilder code, int input, boolean nullable) {
    int column = FIRST + type.size() + input;
    if (!nullable) {
      readValue(code, input, column);
      return;
    }
    code.aload(column).iload(ROW);
    code.invokevirtual(INPUT, "isNull", MethodTypeDesc.of(CD_boolean, CD_int));
    code.ifThenElse(CodeBuilder::aconst_null, valid -> readValue(valid, input, column));
  }

  private void readValue(CodeBuilder code, int input, int column) {
    RowType read = inputs.get(input);
    code.aload(column).iload(ROW);
    code.invokestatic(READER, accessor(read), MethodTypeDesc.of(classOf(read), INPUT, CD_int));
  }

  private void apply(CodeBuilder code, int arguments) {
    var objects = Collections.nCopies(arguments, CD_Object);
    code.invokeinterface(function, "apply", MethodTypeDesc.of(CD_Object, objects));
  }

  private static void invokeExact(CodeBuilder code, MethodTypeDesc descriptor) {
    code.invokevirtual(CD_MethodHandle, "invokeExact", descriptor);
  }

  private ClassDesc component(int index) {
    return type.columnClass(index).describeConstable().orElseThrow();
  }

  private static DynamicConstantDesc<?> data(int index, ClassDesc type) {
    var bootstrap =
        ConstantDescs.ofConstantBootstrap(
            ConstantDescs.CD_MethodHandles, "classDataAt", CD_Object, CD_int);
    return DynamicConstantDesc.ofNamed(bootstrap, ConstantDescs.DEFAULT_NAME, type, index);
  }

  private static ClassDesc classOf(RowType type) {
    return type.javaClass().describeConstable().orElseThrow();
  }

  private static String accessor(RowType type) {
    return type.kind().name().toLowerCase(Locale.ROOT);
  }
}
