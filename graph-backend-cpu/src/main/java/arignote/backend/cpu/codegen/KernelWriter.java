package arignote.backend.cpu.codegen;

import arignote.backend.cpu.kernel.Expansion;
import arignote.backend.cpu.kernel.Loop;
import arignote.backend.cpu.kernel.Operand;
import arignote.backend.cpu.kernel.Stage;
import arignote.backend.cpu.kernel.Step;
import arignote.tensor.DType;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Writes the class of one stage:
///
/// ```java
/// final class Generated extends VectorKernel {
///   Generated() { super(16); }                 // elements in a vector
///   void loop(long[] row, int from, int to, long[] steps, int rows) {
///     long x = row[0]; long y = row[1];        // addresses
///     while (true) {
///       ...                                     // what is the same for the row
///       for (int i = from; i < to; i += 16) { ... load, compute, store ... }
///       if (--rows <= 0) return;
///       x += steps[0]; y += steps[1];
///     }
///   }
///   void tail(long[] row, int from, int to) { ... the same once, with a mask ... }
///   void elements(long[] row, int from, int to) {
///     float[] xs = Memory.floats(x, to - from); // reading single elements of memory is slow at first
///     for (int i = 0; i < to - from; i++) { ... the same with elements of arrays ... }
///     Memory.put(ys, to - from, y);
///   }
/// }
/// ```
///
/// Going from row to row inside of the method saves what starting it costs, as much as some
/// vectors: rows of a recurrent layer are short. A scalar stage has `loop` only, of one row,
/// element by element in memory, and a `run` that calls it. Steps are [expanded][Expansion] first,
/// so that all methods give the same bits. All loads of an iteration come before its stores, so
/// that an output may lie where an operand lies.
final class KernelWriter {
  private static final ClassDesc KERNEL = ClassDesc.of(Kernel.class.getName());
  private static final ClassDesc VECTOR_KERNEL = ClassDesc.of(VectorKernel.class.getName());
  private static final MethodTypeDesc PART =
      MethodTypeDesc.of(
          ConstantDescs.CD_void,
          ConstantDescs.CD_long.arrayType(),
          ConstantDescs.CD_int,
          ConstantDescs.CD_int);
  private static final int ROW = 1;
  private static final int FROM = 2;
  private static final int TO = 3;
  private static final int STEPS = 4;
  private static final int ROWS = 5;
  private static final MethodTypeDesc ROWS_PART =
      MethodTypeDesc.of(
          ConstantDescs.CD_void,
          ConstantDescs.CD_long.arrayType(),
          ConstantDescs.CD_int,
          ConstantDescs.CD_int,
          ConstantDescs.CD_long.arrayType(),
          ConstantDescs.CD_int);

  /// The methods of a kernel that compute.
  private enum Form {
    VECTORS,
    TAIL,
    ARRAYS,
    ELEMENTS
  }

  private final ClassDesc name;
  private final Stage stage;
  private final Loop expanded;
  private final int lanes;

  private KernelWriter(ClassDesc name, Stage stage, int lanes) {
    this.name = name;
    this.stage = stage;
    this.expanded = Expansion.of(stage.loop());
    this.lanes = lanes;
  }

  /// The class file of a stage's kernel.
  ///
  /// @param lanes how many elements a vector has; 1 in a scalar stage
  static byte[] write(ClassDesc name, Stage stage, int lanes) {
    return new KernelWriter(name, stage, lanes).write();
  }

  private byte[] write() {
    return ClassFile.of()
        .build(
            name,
            type -> {
              type.withFlags(ClassFile.ACC_FINAL);
              if (lanes > 1) {
                type.withSuperclass(VECTOR_KERNEL);
                constructor(
                    type,
                    code ->
                        code.loadConstant(lanes)
                            .invokespecial(
                                VECTOR_KERNEL,
                                ConstantDescs.INIT_NAME,
                                MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int)));
                method(type, "loop", Form.VECTORS);
                method(type, "tail", Form.TAIL);
                method(type, "elements", Form.ARRAYS);
              } else {
                type.withInterfaceSymbols(KERNEL);
                constructor(
                    type,
                    code ->
                        code.invokespecial(
                            ConstantDescs.CD_Object,
                            ConstantDescs.INIT_NAME,
                            ConstantDescs.MTD_void));
                type.withMethodBody(
                    "run",
                    MethodTypeDesc.of(
                        ConstantDescs.CD_void,
                        ConstantDescs.CD_long.arrayType(),
                        ConstantDescs.CD_int),
                    ClassFile.ACC_PUBLIC,
                    code ->
                        code.aload(0)
                            .aload(1)
                            .iconst_0()
                            .iload(2)
                            .invokevirtual(name, "loop", PART)
                            .return_());
                method(type, "loop", Form.ELEMENTS);
              }
            });
  }

  private static void constructor(ClassBuilder type, Consumer<CodeBuilder> callsSuper) {
    type.withMethodBody(
        ConstantDescs.INIT_NAME,
        ConstantDescs.MTD_void,
        0,
        code -> {
          code.aload(0);
          callsSuper.accept(code);
          code.return_();
        });
  }

  private void method(ClassBuilder type, String method, Form form) {
    type.withMethodBody(
        method, form == Form.VECTORS ? ROWS_PART : PART, 0, code -> new Part(code, form).write());
  }

  /// One of the methods that compute.
  private final class Part {
    private final CodeBuilder code;
    private final Form form;
    private final Loop loop = expanded;
    private final int operands = loop.operands().size();
    private final boolean[] uniform = loop.uniform(stage.uniformOperands());
    private final ScalarOps scalars;
    private final List<VectorOps> vectors;

    /// For each value the local that holds it as a scalar; -1 where none does.
    private final int[] scalarLocals;

    /// For each value the local that holds it as a vector or mask; -1 where none does.
    private final int[] vectorLocals;

    private final int[] operandAddresses;
    private final int[] outputAddresses;
    private final int[] counterSteps;

    /// For each operand, then each output, the local that holds its elements as an array.
    private final int[] arrays;

    private int index;

    /// The index in arrays, the first element of which is not that of the row.
    private int position;

    private int mask;
    private int left;

    Part(CodeBuilder code, Form form) {
      this.code = code;
      this.form = form;
      this.scalars = new ScalarOps(code);
      this.vectors =
          form == Form.ELEMENTS || form == Form.ARRAYS
              ? List.of()
              : List.of(new VectorOps(code, stage.lane(), lanes));
      this.scalarLocals = new int[uniform.length];
      this.vectorLocals = new int[uniform.length];
      Arrays.fill(scalarLocals, -1);
      Arrays.fill(vectorLocals, -1);
      this.operandAddresses = new int[operands];
      this.outputAddresses = new int[loop.outputs().size()];
      this.counterSteps = new int[operands];
      this.arrays = new int[operands + outputAddresses.length];
    }

    void write() {
      readRow();
      Label nextRow = code.newLabel();
      if (form == Form.VECTORS) {
        code.labelBinding(nextRow);
      }
      computeUniform();
      index = code.allocateLocal(TypeKind.INT);
      code.iload(FROM).istore(index);
      if (form == Form.ARRAYS) {
        overArrays();
      } else if (form == Form.TAIL) {
        left = code.allocateLocal(TypeKind.INT);
        code.iload(TO).iload(FROM).isub().istore(left);
        mask = code.allocateLocal(TypeKind.REFERENCE);
        vectors.getFirst().tailMask(FROM, TO);
        code.astore(mask);
        iteration();
      } else {
        Label again = code.newLabel();
        code.labelBinding(again);
        iteration();
        code.iinc(index, vectors.isEmpty() ? 1 : lanes).iload(index).iload(TO).if_icmplt(again);
        if (form == Form.VECTORS) {
          goToNextRow(nextRow);
        }
      }
      code.return_();
    }

    private void goToNextRow(Label nextRow) {
      Label end = code.newLabel();
      code.iinc(ROWS, -1).iload(ROWS).ifle(end);
      for (int i = 0; i < operands; i++) {
        advance(operandAddresses[i], i);
      }
      for (int i = 0; i < outputAddresses.length; i++) {
        advance(outputAddresses[i], operands + i);
      }
      code.goto_(nextRow).labelBinding(end);
    }

    private void advance(int local, int position) {
      code.lload(local).aload(STEPS).loadConstant(position).laload().ladd().lstore(local);
    }

    private void overArrays() {
      int count = code.allocateLocal(TypeKind.INT);
      code.iload(TO).iload(FROM).isub().istore(count);
      for (int i = 0; i < operands; i++) {
        if (loop.operands().get(i) instanceof Operand.Memory && !uniform[i]) {
          address(operandAddresses[i], loop.dtype(i));
          code.iload(count);
          arrays[i] = scalars.toArray(loop.dtype(i));
        }
      }
      for (int i = 0; i < outputAddresses.length; i++) {
        code.iload(count);
        arrays[operands + i] = scalars.newArray(loop.outputDtype(i));
      }
      position = code.allocateLocal(TypeKind.INT);
      code.iconst_0().istore(position);
      Label again = code.newLabel();
      code.labelBinding(again);
      iteration();
      code.iinc(index, 1).iinc(position, 1).iload(index).iload(TO).if_icmplt(again);
      code.iload(FROM).istore(index);
      for (int i = 0; i < outputAddresses.length; i++) {
        code.aload(arrays[operands + i]);
        code.iload(count);
        address(outputAddresses[i], loop.outputDtype(i));
        scalars.fromArray(loop.outputDtype(i));
      }
    }

    private void readRow() {
      int next = 0;
      for (int i = 0; i < operands; i++) {
        operandAddresses[i] = readLong(next++);
      }
      for (int i = 0; i < outputAddresses.length; i++) {
        outputAddresses[i] = readLong(next++);
      }
      for (int i = 0; i < operands; i++) {
        if (loop.operands().get(i) instanceof Operand.Counter && !uniform[i]) {
          counterSteps[i] = readLong(next++);
        }
      }
    }

    private int readLong(int position) {
      int local = code.allocateLocal(TypeKind.LONG);
      code.aload(ROW).loadConstant(position).laload().lstore(local);
      return local;
    }

    /// Computes what is the same for the row, and repeats in vectors what the iteration needs.
    private void computeUniform() {
      for (int value = 0; value < uniform.length; value++) {
        if (!uniform[value]) {
          continue;
        }
        DType dtype = loop.dtype(value);
        if (value < operands) {
          code.lload(operandAddresses[value]);
          if (loop.operands().get(value) instanceof Operand.Memory) {
            scalars.load(dtype);
          }
        } else {
          Step step = loop.steps().get(value - operands);
          for (int argument : step.arguments()) {
            code.loadLocal(ScalarOps.kind(loop.dtype(argument)), scalarLocals[argument]);
          }
          scalars.step(step);
        }
        scalarLocals[value] = code.allocateLocal(ScalarOps.kind(dtype));
        code.storeLocal(ScalarOps.kind(dtype), scalarLocals[value]);
      }
      if (vectors.isEmpty()) {
        return;
      }
      for (int i = 0; i < loop.steps().size(); i++) {
        if (!uniform[operands + i]) {
          loop.steps().get(i).arguments().forEach(this::repeat);
        }
      }
      loop.outputs().forEach(this::repeat);
    }

    private void repeat(int value) {
      if (uniform[value] && vectorLocals[value] < 0) {
        DType dtype = loop.dtype(value);
        code.loadLocal(ScalarOps.kind(dtype), scalarLocals[value]);
        vectors.getFirst().broadcast(dtype);
        vectorLocals[value] = code.allocateLocal(TypeKind.REFERENCE);
        code.astore(vectorLocals[value]);
      }
    }

    private void iteration() {
      // What an earlier iteration left in locals is not there for the verifier at the loop's head.
      for (int value = 0; value < uniform.length; value++) {
        if (!uniform[value]) {
          scalarLocals[value] = -1;
          vectorLocals[value] = -1;
        }
      }
      for (int i = 0; i < loop.steps().size(); i++) {
        int value = operands + i;
        if (uniform[value]) {
          continue;
        }
        Step step = loop.steps().get(i);
        step.arguments().forEach(this::bring);
        if (vectors.isEmpty()) {
          for (int argument : step.arguments()) {
            code.loadLocal(ScalarOps.kind(loop.dtype(argument)), scalarLocals[argument]);
          }
          scalars.step(step);
        } else {
          vectors
              .getFirst()
              .step(
                  step, step.arguments().stream().map(argument -> vectorLocals[argument]).toList());
        }
        keep(value);
      }
      loop.outputs().forEach(this::bring);
      for (int output = 0; output < outputAddresses.length; output++) {
        store(output);
      }
    }

    /// Loads an operand unless it is in a local already.
    private void bring(int value) {
      if (value >= operands || uniform[value]) {
        return;
      }
      if ((vectors.isEmpty() ? scalarLocals : vectorLocals)[value] >= 0) {
        return;
      }
      DType dtype = loop.dtype(value);
      if (loop.operands().get(value) instanceof Operand.Counter) {
        code.lload(operandAddresses[value])
            .iload(index)
            .i2l()
            .lload(counterSteps[value])
            .lmul()
            .ladd();
      } else if (form == Form.ARRAYS) {
        code.aload(arrays[value]).iload(position).arrayLoad(ScalarOps.element(dtype));
      } else if (vectors.isEmpty()) {
        address(operandAddresses[value], dtype);
        scalars.load(dtype);
      } else {
        int address = code.allocateLocal(TypeKind.LONG);
        address(operandAddresses[value], dtype);
        code.lstore(address);
        if (form == Form.TAIL) {
          vectors.getFirst().loadTail(dtype, address, mask, left);
        } else {
          vectors.getFirst().load(dtype, address);
        }
      }
      keep(value);
    }

    private void keep(int value) {
      if (vectors.isEmpty()) {
        TypeKind kind = ScalarOps.kind(loop.dtype(value));
        scalarLocals[value] = code.allocateLocal(kind);
        code.storeLocal(kind, scalarLocals[value]);
      } else {
        vectorLocals[value] = code.allocateLocal(TypeKind.REFERENCE);
        code.astore(vectorLocals[value]);
      }
    }

    private void store(int output) {
      int value = loop.outputs().get(output);
      DType dtype = loop.dtype(value);
      if (form == Form.ARRAYS) {
        code.aload(arrays[operands + output])
            .iload(position)
            .loadLocal(ScalarOps.kind(dtype), scalarLocals[value])
            .arrayStore(ScalarOps.element(dtype));
        return;
      }
      address(outputAddresses[output], dtype);
      if (vectors.isEmpty()) {
        code.loadLocal(ScalarOps.kind(dtype), scalarLocals[value]);
        scalars.store(dtype);
        return;
      }
      int address = code.allocateLocal(TypeKind.LONG);
      code.lstore(address);
      if (form == Form.TAIL) {
        vectors.getFirst().storeTail(dtype, vectorLocals[value], address, mask, left);
      } else {
        vectors.getFirst().store(dtype, vectorLocals[value], address);
      }
    }

    /// The address of the element at the index.
    private void address(int base, DType dtype) {
      code.lload(base).iload(index).i2l();
      switch (dtype.bytes()) {
        case 1 -> {}
        case 4 -> code.iconst_2().lshl();
        case 8 -> code.iconst_3().lshl();
        default -> throw new IllegalStateException("elements of " + dtype.bytes() + " bytes");
      }
      code.ladd();
    }
  }
}
