package arignote.backend.cpu.codegen;

import arignote.backend.cpu.kernel.Step;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.CompareFn;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/// Bytecode for steps on single elements. Arguments are on the operand stack, so is the result;
/// bools are the ints 0 and 1.
final class ScalarOps {
  private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
  private static final ClassDesc FLOAT = ClassDesc.of("java.lang.Float");
  private static final ClassDesc DOUBLE = ClassDesc.of("java.lang.Double");
  private static final ClassDesc SCALARS = ClassDesc.of(Scalars.class.getName());
  private static final ClassDesc MEMORY = ClassDesc.of(Memory.class.getName());

  private final CodeBuilder code;

  ScalarOps(CodeBuilder code) {
    this.code = code;
  }

  static TypeKind kind(DType dtype) {
    return switch (dtype) {
      case BOOL, I32 -> TypeKind.INT;
      case I64 -> TypeKind.LONG;
      case F32 -> TypeKind.FLOAT;
      case F64 -> TypeKind.DOUBLE;
    };
  }

  /// The kind of an array's elements.
  static TypeKind element(DType dtype) {
    return dtype == DType.BOOL ? TypeKind.BYTE : kind(dtype);
  }

  private static ClassDesc array(DType dtype) {
    return element(dtype).upperBound().arrayType();
  }

  private static ClassDesc desc(DType dtype) {
    return kind(dtype).upperBound();
  }

  private static String accessor(DType dtype) {
    return switch (dtype) {
      case BOOL -> "Byte";
      case I32 -> "Int";
      case I64 -> "Long";
      case F32 -> "Float";
      case F64 -> "Double";
    };
  }

  /// From an address to the element there.
  void load(DType dtype) {
    code.invokestatic(
        MEMORY, "get" + accessor(dtype), MethodTypeDesc.of(desc(dtype), ConstantDescs.CD_long));
  }

  /// Takes an address and an element.
  void store(DType dtype) {
    code.invokestatic(
        MEMORY,
        "put" + accessor(dtype),
        MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_long, desc(dtype)));
  }

  /// From an address and a number to an array of so many elements from there, in a local.
  int toArray(DType dtype) {
    int array = code.allocateLocal(TypeKind.REFERENCE);
    code.invokestatic(
            MEMORY,
            "to" + accessor(dtype) + "s",
            MethodTypeDesc.of(array(dtype), ConstantDescs.CD_long, ConstantDescs.CD_int))
        .astore(array);
    return array;
  }

  /// From a number to a new array of so many elements, in a local.
  int newArray(DType dtype) {
    int array = code.allocateLocal(TypeKind.REFERENCE);
    code.newarray(element(dtype)).astore(array);
    return array;
  }

  /// Writes elements; takes an array, their number and an address.
  void fromArray(DType dtype) {
    code.invokestatic(
        MEMORY,
        "putAll",
        MethodTypeDesc.of(
            ConstantDescs.CD_void, array(dtype), ConstantDescs.CD_int, ConstantDescs.CD_long));
  }

  void step(Step step) {
    switch (step) {
      case Step.Literal literal -> literal(literal);
      case Step.Unary(UnaryFn fn, DType dtype, _) -> unary(fn, dtype);
      case Step.Binary(BinaryFn fn, DType dtype, _, _) -> binary(fn, dtype);
      case Step.Compare(CompareFn fn, DType compared, _, _) -> compare(fn, compared);
      case Step.Select(DType dtype, _, _, _) -> select(dtype);
      case Step.Cast(DType from, DType to, _) -> cast(from, to);
      case Step.Fma(DType dtype, _, _, _) ->
          code.invokestatic(
              MATH, "fma", MethodTypeDesc.of(desc(dtype), desc(dtype), desc(dtype), desc(dtype)));
      case Step.Bits(Step.BitsFn fn, DType dtype, _, _) -> combineBits(fn, dtype);
      case Step.Shift(DType dtype, _, int left) -> shift(dtype, left);
    }
  }

  private void combineBits(Step.BitsFn fn, DType dtype) {
    boolean single = dtype == DType.F32;
    int second = code.allocateLocal(kind(dtype));
    code.storeLocal(kind(dtype), second);
    toBits(dtype);
    code.loadLocal(kind(dtype), second);
    toBits(dtype);
    code.with(
        OperatorInstruction.of(
            switch (fn) {
              case ADD -> single ? Opcode.IADD : Opcode.LADD;
              case SUB -> single ? Opcode.ISUB : Opcode.LSUB;
              case AND -> single ? Opcode.IAND : Opcode.LAND;
              case OR -> single ? Opcode.IOR : Opcode.LOR;
            }));
    fromBits(dtype);
  }

  private void shift(DType dtype, int left) {
    boolean single = dtype == DType.F32;
    toBits(dtype);
    code.loadConstant(Math.abs(left))
        .with(
            OperatorInstruction.of(
                left > 0
                    ? single ? Opcode.ISHL : Opcode.LSHL
                    : single ? Opcode.ISHR : Opcode.LSHR));
    fromBits(dtype);
  }

  private void toBits(DType dtype) {
    if (dtype == DType.F32) {
      code.invokestatic(
          FLOAT,
          "floatToRawIntBits",
          MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_float));
    } else {
      code.invokestatic(
          DOUBLE,
          "doubleToRawLongBits",
          MethodTypeDesc.of(ConstantDescs.CD_long, ConstantDescs.CD_double));
    }
  }

  private void fromBits(DType dtype) {
    if (dtype == DType.F32) {
      code.invokestatic(
          FLOAT, "intBitsToFloat", MethodTypeDesc.of(ConstantDescs.CD_float, ConstantDescs.CD_int));
    } else {
      code.invokestatic(
          DOUBLE,
          "longBitsToDouble",
          MethodTypeDesc.of(ConstantDescs.CD_double, ConstantDescs.CD_long));
    }
  }

  private void literal(Step.Literal literal) {
    switch (literal.dtype()) {
      case BOOL, I32 -> code.loadConstant((int) literal.bits());
      case I64 -> code.loadConstant(literal.bits());
      case F32 -> code.loadConstant((float) literal.asDouble());
      case F64 -> code.loadConstant(literal.asDouble());
    }
  }

  private void unary(UnaryFn fn, DType dtype) {
    switch (fn) {
      case NEG -> {
        switch (dtype) {
          case BOOL, I32 -> code.ineg();
          case I64 -> code.lneg();
          case F32 -> code.fneg();
          case F64 -> code.dneg();
        }
      }
      case ABS -> math("abs", dtype, 1);
      case SIGN -> scalars("sign", dtype, 1);
      case NOT -> {
        switch (dtype) {
          case BOOL -> code.iconst_1().ixor();
          case I32 -> code.iconst_m1().ixor();
          case I64 -> code.loadConstant(-1L).lxor();
          case F32, F64 -> throw notDefined(fn, dtype);
        }
      }
      case SQRT -> inDouble(MATH, "sqrt", dtype);
      case SIN -> inDouble(MATH, "sin", dtype);
      case COS -> inDouble(MATH, "cos", dtype);
      case TAN -> inDouble(MATH, "tan", dtype);
      case ASIN -> inDouble(MATH, "asin", dtype);
      case ACOS -> inDouble(MATH, "acos", dtype);
      case ATAN -> inDouble(MATH, "atan", dtype);
      case ERF -> inDouble(SCALARS, "erf", dtype);
      case ERFC -> inDouble(SCALARS, "erfc", dtype);
      case EXP,
          EXPM1,
          LOG,
          LOG1P,
          SINH,
          COSH,
          TANH,
          FLOOR,
          CEIL,
          ROUND,
          RSQRT,
          SQUARE,
          RECIPROCAL,
          SIGMOID,
          SOFTPLUS,
          RELU,
          ISNAN,
          ISINF ->
          throw notDefined(fn, dtype);
    }
  }

  private static IllegalStateException notDefined(Object fn, DType dtype) {
    return new IllegalStateException(fn + " on " + dtype + " is not a step of its own");
  }

  /// Calls a method on doubles, which for an `f32` gives the correctly rounded result but for a few
  /// values.
  private void inDouble(ClassDesc owner, String name, DType dtype) {
    if (dtype == DType.F32) {
      code.f2d();
    }
    code.invokestatic(
        owner, name, MethodTypeDesc.of(ConstantDescs.CD_double, ConstantDescs.CD_double));
    if (dtype == DType.F32) {
      code.d2f();
    }
  }

  private void inDouble2(String name, DType dtype) {
    if (dtype == DType.F32) {
      int second = code.allocateLocal(TypeKind.FLOAT);
      code.fstore(second).f2d().fload(second).f2d();
    }
    code.invokestatic(
        MATH,
        name,
        MethodTypeDesc.of(
            ConstantDescs.CD_double, ConstantDescs.CD_double, ConstantDescs.CD_double));
    if (dtype == DType.F32) {
      code.d2f();
    }
  }

  private void math(String name, DType dtype, int arguments) {
    call(MATH, name, dtype, arguments);
  }

  private void scalars(String name, DType dtype, int arguments) {
    call(SCALARS, name, dtype, arguments);
  }

  private void call(ClassDesc owner, String name, DType dtype, int arguments) {
    ClassDesc type = desc(dtype);
    code.invokestatic(
        owner,
        name,
        arguments == 1 ? MethodTypeDesc.of(type, type) : MethodTypeDesc.of(type, type, type));
  }

  private void binary(BinaryFn fn, DType dtype) {
    switch (fn) {
      case ADD -> arithmetic(dtype, Opcode.IADD, Opcode.LADD, Opcode.FADD, Opcode.DADD);
      case SUB -> arithmetic(dtype, Opcode.ISUB, Opcode.LSUB, Opcode.FSUB, Opcode.DSUB);
      case MUL -> arithmetic(dtype, Opcode.IMUL, Opcode.LMUL, Opcode.FMUL, Opcode.DMUL);
      case DIV -> {
        switch (dtype) {
          case F32 -> code.fdiv();
          case F64 -> code.ddiv();
          case BOOL, I32, I64 -> throw notDefined(fn, dtype);
        }
      }
      case FLOORDIV -> scalars("floorDiv", dtype, 2);
      case MOD -> scalars("mod", dtype, 2);
      case POW -> {
        if (dtype.isFloat()) {
          inDouble2("pow", dtype);
        } else {
          scalars("pow", dtype, 2);
        }
      }
      case MINIMUM -> math("min", dtype, 2);
      case MAXIMUM -> math("max", dtype, 2);
      case ATAN2 -> inDouble2("atan2", dtype);
      case AND -> bits(dtype, Opcode.IAND, Opcode.LAND);
      case OR -> bits(dtype, Opcode.IOR, Opcode.LOR);
      case XOR -> bits(dtype, Opcode.IXOR, Opcode.LXOR);
    }
  }

  private void arithmetic(DType dtype, Opcode i, Opcode l, Opcode f, Opcode d) {
    code.with(
        OperatorInstruction.of(
            switch (dtype) {
              case BOOL, I32 -> i;
              case I64 -> l;
              case F32 -> f;
              case F64 -> d;
            }));
  }

  private void bits(DType dtype, Opcode i, Opcode l) {
    code.with(OperatorInstruction.of(dtype == DType.I64 ? l : i));
  }

  private void compare(CompareFn fn, DType compared) {
    // Of NaN, "less" comparisons get 1 and "greater" ones -1, so that both come out false.
    switch (compared) {
      case BOOL, I32 -> {}
      case I64 -> code.lcmp();
      case F32 -> {
        if (fn == CompareFn.LT || fn == CompareFn.LE) {
          code.fcmpg();
        } else {
          code.fcmpl();
        }
      }
      case F64 -> {
        if (fn == CompareFn.LT || fn == CompareFn.LE) {
          code.dcmpg();
        } else {
          code.dcmpl();
        }
      }
    }
    Label holds = code.newLabel();
    Label end = code.newLabel();
    boolean ints = compared == DType.BOOL || compared == DType.I32;
    switch (fn) {
      case EQ -> code.branch(ints ? Opcode.IF_ICMPEQ : Opcode.IFEQ, holds);
      case NE -> code.branch(ints ? Opcode.IF_ICMPNE : Opcode.IFNE, holds);
      case LT -> code.branch(ints ? Opcode.IF_ICMPLT : Opcode.IFLT, holds);
      case LE -> code.branch(ints ? Opcode.IF_ICMPLE : Opcode.IFLE, holds);
      case GT -> code.branch(ints ? Opcode.IF_ICMPGT : Opcode.IFGT, holds);
      case GE -> code.branch(ints ? Opcode.IF_ICMPGE : Opcode.IFGE, holds);
    }
    code.iconst_0().goto_(end).labelBinding(holds).iconst_1().labelBinding(end);
  }

  private void select(DType dtype) {
    TypeKind kind = kind(dtype);
    int otherwise = code.allocateLocal(kind);
    int value = code.allocateLocal(kind);
    Label unless = code.newLabel();
    Label end = code.newLabel();
    code.storeLocal(kind, otherwise)
        .storeLocal(kind, value)
        .ifeq(unless)
        .loadLocal(kind, value)
        .goto_(end)
        .labelBinding(unless)
        .loadLocal(kind, otherwise)
        .labelBinding(end);
  }

  private void cast(DType from, DType to) {
    if (to == DType.BOOL) {
      switch (from) {
        case BOOL, I32 -> code.iconst_0();
        case I64 -> code.lconst_0();
        case F32 -> code.fconst_0();
        case F64 -> code.dconst_0();
      }
      compare(CompareFn.NE, from);
    } else {
      code.conversion(kind(from), kind(to));
    }
  }
}
