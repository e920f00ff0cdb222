package arignote.backend.cpu.codegen;

import arignote.backend.cpu.kernel.Lane;
import arignote.backend.cpu.kernel.Step;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.CompareFn;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/// Bytecode for steps on vectors of one float type. Floats are vectors, bools are masks. Names the
/// Vector API as text only, so that this class works without it.
final class VectorOps {
  private static final String API = "jdk.incubator.vector.";
  private static final ClassDesc SPECIES = ClassDesc.of(API + "VectorSpecies");
  private static final ClassDesc VECTOR = ClassDesc.of(API + "Vector");
  static final ClassDesc MASK = ClassDesc.of(API + "VectorMask");
  private static final ClassDesc OPERATORS = ClassDesc.of(API + "VectorOperators");
  private static final ClassDesc BINARY = OPERATORS.nested("Binary");
  private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");
  private static final ClassDesc SEGMENT = ClassDesc.of("java.lang.foreign.MemorySegment");
  private static final ClassDesc ORDER = ClassDesc.of("java.nio.ByteOrder");
  private static final ClassDesc MEMORY = ClassDesc.of(Memory.class.getName());

  private final CodeBuilder code;
  private final int lanes;
  private final ClassDesc vector;

  /// Of as many integers of the same size.
  private final ClassDesc integers;

  private final ClassDesc element;

  VectorOps(CodeBuilder code, Lane lane, int lanes) {
    this.code = code;
    this.lanes = lanes;
    this.vector =
        switch (lane) {
          case F32 -> ClassDesc.of(API + "FloatVector");
          case F64 -> ClassDesc.of(API + "DoubleVector");
          case SCALAR -> throw new IllegalArgumentException("no vectors in a scalar kernel");
        };
    this.integers = ClassDesc.of(API + (lane == Lane.F32 ? "IntVector" : "LongVector"));
    this.element = lane == Lane.F32 ? ConstantDescs.CD_float : ConstantDescs.CD_double;
  }

  private void species() {
    code.getstatic(vector, "SPECIES_PREFERRED", SPECIES);
  }

  private void allMemory() {
    code.getstatic(MEMORY, "ALL", SEGMENT);
  }

  private void order() {
    code.getstatic(MEMORY, "ORDER", ORDER);
  }

  /// From a scalar to a vector, or a mask, that repeats it.
  void broadcast(DType dtype) {
    if (dtype == DType.BOOL) {
      int flag = code.allocateLocal(TypeKind.INT);
      code.istore(flag);
      species();
      code.iload(flag)
          .invokeinterface(SPECIES, "maskAll", MethodTypeDesc.of(MASK, ConstantDescs.CD_boolean));
    } else {
      TypeKind kind = ScalarOps.kind(dtype);
      int scalar = code.allocateLocal(kind);
      code.storeLocal(kind, scalar);
      species();
      code.loadLocal(kind, scalar)
          .invokestatic(vector, "broadcast", MethodTypeDesc.of(vector, SPECIES, element));
    }
  }

  /// The mask of the elements `from` to `to` of a vector that starts at `from`, both ints in
  /// locals.
  void tailMask(int from, int to) {
    species();
    code.iload(from)
        .iload(to)
        .invokeinterface(
            SPECIES,
            "indexInRange",
            MethodTypeDesc.of(MASK, ConstantDescs.CD_int, ConstantDescs.CD_int));
  }

  /// From an address in a local to the elements there.
  void load(DType dtype, int address) {
    if (dtype == DType.BOOL) {
      species();
      loadBits(address);
      maskFromBits();
    } else {
      species();
      allMemory();
      code.lload(address);
      order();
      code.invokestatic(
          vector,
          "fromMemorySegment",
          MethodTypeDesc.of(vector, SPECIES, SEGMENT, ConstantDescs.CD_long, ORDER));
    }
  }

  /// From an address in a local to the first elements there, as many as a mask in a local says.
  void loadTail(DType dtype, int address, int mask, int count) {
    if (dtype == DType.BOOL) {
      species();
      code.lload(address)
          .iload(count)
          .invokestatic(
              MEMORY,
              "bits",
              MethodTypeDesc.of(
                  ConstantDescs.CD_long, ConstantDescs.CD_long, ConstantDescs.CD_int));
      maskFromBits();
    } else {
      species();
      allMemory();
      code.lload(address);
      order();
      code.aload(mask)
          .invokestatic(
              vector,
              "fromMemorySegment",
              MethodTypeDesc.of(vector, SPECIES, SEGMENT, ConstantDescs.CD_long, ORDER, MASK));
    }
  }

  private void loadBits(int address) {
    code.lload(address);
    if (lanes == 8 || lanes == 16) {
      code.invokestatic(
          MEMORY, "bits" + lanes, MethodTypeDesc.of(ConstantDescs.CD_long, ConstantDescs.CD_long));
    } else {
      code.loadConstant(lanes)
          .invokestatic(
              MEMORY,
              "bits",
              MethodTypeDesc.of(
                  ConstantDescs.CD_long, ConstantDescs.CD_long, ConstantDescs.CD_int));
    }
  }

  private void maskFromBits() {
    code.invokestatic(MASK, "fromLong", MethodTypeDesc.of(MASK, SPECIES, ConstantDescs.CD_long));
  }

  /// Writes a vector or mask in a local to an address in a local.
  void store(DType dtype, int value, int address) {
    code.aload(value);
    if (dtype == DType.BOOL) {
      toBits(address);
      if (lanes == 8 || lanes == 16) {
        code.invokestatic(
            MEMORY,
            "putBits" + lanes,
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_long, ConstantDescs.CD_long));
      } else {
        code.loadConstant(lanes);
        putBits();
      }
    } else {
      allMemory();
      code.lload(address);
      order();
      code.invokevirtual(
          vector,
          "intoMemorySegment",
          MethodTypeDesc.of(ConstantDescs.CD_void, SEGMENT, ConstantDescs.CD_long, ORDER));
    }
  }

  void storeTail(DType dtype, int value, int address, int mask, int count) {
    code.aload(value);
    if (dtype == DType.BOOL) {
      toBits(address);
      code.iload(count);
      putBits();
    } else {
      allMemory();
      code.lload(address);
      order();
      code.aload(mask)
          .invokevirtual(
              vector,
              "intoMemorySegment",
              MethodTypeDesc.of(
                  ConstantDescs.CD_void, SEGMENT, ConstantDescs.CD_long, ORDER, MASK));
    }
  }

  /// From a mask to an address and the mask's bits.
  private void toBits(int address) {
    int bits = code.allocateLocal(TypeKind.LONG);
    code.invokevirtual(MASK, "toLong", MethodTypeDesc.of(ConstantDescs.CD_long))
        .lstore(bits)
        .lload(address)
        .lload(bits);
  }

  private void putBits() {
    code.invokestatic(
        MEMORY,
        "putBits",
        MethodTypeDesc.of(
            ConstantDescs.CD_void,
            ConstantDescs.CD_long,
            ConstantDescs.CD_long,
            ConstantDescs.CD_int));
  }

  /// A step on vectors and masks in locals; leaves the result on the operand stack.
  void step(Step step, List<Integer> locals) {
    switch (step) {
      case Step.Literal _ ->
          throw new IllegalStateException("a literal is the same for the whole row");
      case Step.Unary(UnaryFn fn, DType dtype, _) -> {
        code.aload(locals.get(0));
        if (dtype == DType.BOOL) {
          code.invokevirtual(MASK, "not", MethodTypeDesc.of(MASK));
        } else {
          unary(fn);
        }
      }
      case Step.Binary(BinaryFn fn, DType dtype, _, _) -> {
        code.aload(locals.get(0)).aload(locals.get(1));
        if (dtype == DType.BOOL) {
          maskBinary(fn);
        } else {
          binary(fn);
        }
      }
      case Step.Compare(CompareFn fn, _, _, _) -> {
        code.aload(locals.get(0));
        compare(fn, locals.get(1));
      }
      case Step.Select _ ->
          code.aload(locals.get(2))
              .aload(locals.get(1))
              .aload(locals.get(0))
              .invokevirtual(vector, "blend", MethodTypeDesc.of(vector, VECTOR, MASK));
      case Step.Fma _ ->
          code.aload(locals.get(0))
              .aload(locals.get(1))
              .aload(locals.get(2))
              .invokevirtual(vector, "fma", MethodTypeDesc.of(vector, VECTOR, VECTOR));
      case Step.Bits(Step.BitsFn fn, _, _, _) -> {
        toIntegers(locals.get(0));
        toIntegers(locals.get(1));
        code.invokevirtual(
            integers,
            switch (fn) {
              case ADD -> "add";
              case SUB -> "sub";
              case AND -> "and";
              case OR -> "or";
            },
            MethodTypeDesc.of(integers, VECTOR));
        fromIntegers();
      }
      case Step.Shift(_, _, int left) -> {
        toIntegers(locals.get(0));
        code.getstatic(OPERATORS, left > 0 ? "LSHL" : "ASHR", BINARY);
        if (isSingle()) {
          code.loadConstant(Math.abs(left));
        } else {
          code.loadConstant((long) Math.abs(left));
        }
        code.invokevirtual(
            integers,
            "lanewise",
            MethodTypeDesc.of(
                integers, BINARY, isSingle() ? ConstantDescs.CD_int : ConstantDescs.CD_long));
        fromIntegers();
      }
      case Step.Cast(DType from, _, _) -> {
        if (from == DType.BOOL) {
          constant(0);
          constant(1);
          code.aload(locals.get(0))
              .invokevirtual(vector, "blend", MethodTypeDesc.of(vector, VECTOR, MASK));
        } else {
          int zero = code.allocateLocal(TypeKind.REFERENCE);
          constant(0);
          code.astore(zero).aload(locals.get(0));
          compare(CompareFn.NE, zero);
        }
      }
    }
  }

  private void toIntegers(int local) {
    code.aload(local)
        .invokevirtual(
            vector,
            isSingle() ? "reinterpretAsInts" : "reinterpretAsLongs",
            MethodTypeDesc.of(integers));
  }

  private void fromIntegers() {
    code.invokevirtual(
        integers,
        isSingle() ? "reinterpretAsFloats" : "reinterpretAsDoubles",
        MethodTypeDesc.of(vector));
  }

  private boolean isSingle() {
    return element.equals(ConstantDescs.CD_float);
  }

  private void constant(int value) {
    species();
    if (isSingle()) {
      code.loadConstant((float) value);
    } else {
      code.loadConstant((double) value);
    }
    code.invokestatic(vector, "broadcast", MethodTypeDesc.of(vector, SPECIES, element));
  }

  private void compare(CompareFn fn, int right) {
    code.getstatic(OPERATORS, fn.name(), COMPARISON)
        .aload(right)
        .invokevirtual(vector, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
  }

  private void unary(UnaryFn fn) {
    switch (fn) {
      case NEG -> method("neg");
      case ABS -> method("abs");
      case SQRT -> method("sqrt");
      case EXP,
          EXPM1,
          LOG,
          LOG1P,
          SINH,
          COSH,
          TANH,
          SIN,
          COS,
          TAN,
          ASIN,
          ACOS,
          ATAN,
          ERF,
          ERFC,
          FLOOR,
          CEIL,
          ROUND,
          SIGN,
          RSQRT,
          SQUARE,
          RECIPROCAL,
          SIGMOID,
          SOFTPLUS,
          RELU,
          ISNAN,
          ISINF,
          NOT ->
          throw new IllegalStateException(fn + " on vectors is not a step of its own");
    }
  }

  private void method(String name) {
    code.invokevirtual(vector, name, MethodTypeDesc.of(vector));
  }

  private void binary(BinaryFn fn) {
    switch (fn) {
      case ADD -> method2("add");
      case SUB -> method2("sub");
      case MUL -> method2("mul");
      case DIV -> method2("div");
      case MINIMUM -> method2("min");
      case MAXIMUM -> method2("max");
      case POW, ATAN2, FLOORDIV, MOD, AND, OR, XOR ->
          throw new IllegalStateException(fn + " on vectors is not a step of its own");
    }
  }

  private void method2(String name) {
    code.invokevirtual(vector, name, MethodTypeDesc.of(vector, VECTOR));
  }

  private void maskBinary(BinaryFn fn) {
    switch (fn) {
      case AND -> code.invokevirtual(MASK, "and", MethodTypeDesc.of(MASK, MASK));
      case OR -> code.invokevirtual(MASK, "or", MethodTypeDesc.of(MASK, MASK));
      case XOR -> code.invokevirtual(MASK, "xor", MethodTypeDesc.of(MASK, MASK));
      case ADD, SUB, MUL, DIV, FLOORDIV, MOD, POW, MINIMUM, MAXIMUM, ATAN2 ->
          throw new IllegalStateException(fn + " is not defined on bools");
    }
  }
}
