package arignote.backend.cpu.kernel;

import arignote.ir.op.BinaryFn;
import arignote.ir.op.CompareFn;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.util.List;

/// One scalar operation in the body of a loop. Arguments are the numbers of values: first the
/// loop's operands, then the results of its steps, in order.
public sealed interface Step {
  /// The dtype of the result.
  DType dtype();

  /// The values it needs.
  List<Integer> arguments();

  /// The same operation on other values.
  Step withArguments(List<Integer> arguments);

  /// A known value.
  ///
  /// @param bits of integers and bools the value, of floats the bits of the value as a double
  record Literal(DType dtype, long bits) implements Step {
    public static Literal of(DType dtype, double value) {
      return new Literal(
          dtype,
          switch (dtype) {
            case BOOL -> value != 0 ? 1 : 0;
            case I32 -> (int) value;
            case I64 -> (long) value;
            case F32 -> Double.doubleToRawLongBits((float) value);
            case F64 -> Double.doubleToRawLongBits(value);
          });
    }

    /// The value of a literal of floats.
    public double asDouble() {
      return Double.longBitsToDouble(bits);
    }

    @Override
    public List<Integer> arguments() {
      return List.of();
    }

    @Override
    public Step withArguments(List<Integer> arguments) {
      return this;
    }
  }

  /// A function of one value.
  ///
  /// @param dtype that of the argument, too
  record Unary(UnaryFn fn, DType dtype, int x) implements Step {
    @Override
    public List<Integer> arguments() {
      return List.of(x);
    }

    @Override
    public Step withArguments(List<Integer> arguments) {
      return new Unary(fn, dtype, arguments.get(0));
    }
  }

  /// A function of two values.
  ///
  /// @param dtype that of the arguments, too
  record Binary(BinaryFn fn, DType dtype, int x, int y) implements Step {
    @Override
    public List<Integer> arguments() {
      return List.of(x, y);
    }

    @Override
    public Step withArguments(List<Integer> arguments) {
      return new Binary(fn, dtype, arguments.get(0), arguments.get(1));
    }
  }

  /// A comparison of two numbers.
  ///
  /// @param compared the dtype of the arguments, not bool
  record Compare(CompareFn fn, DType compared, int x, int y) implements Step {
    @Override
    public DType dtype() {
      return DType.BOOL;
    }

    @Override
    public List<Integer> arguments() {
      return List.of(x, y);
    }

    @Override
    public Step withArguments(List<Integer> arguments) {
      return new Compare(fn, compared, arguments.get(0), arguments.get(1));
    }
  }

  /// One of two numbers.
  ///
  /// @param dtype not bool
  record Select(DType dtype, int condition, int x, int y) implements Step {
    @Override
    public List<Integer> arguments() {
      return List.of(condition, x, y);
    }

    @Override
    public Step withArguments(List<Integer> arguments) {
      return new Select(dtype, arguments.get(0), arguments.get(1), arguments.get(2));
    }
  }

  /// A conversion between different dtypes.
  record Cast(DType from, DType dtype, int x) implements Step {
    @Override
    public List<Integer> arguments() {
      return List.of(x);
    }

    @Override
    public Step withArguments(List<Integer> arguments) {
      return new Cast(from, dtype, arguments.get(0));
    }
  }

  /// `x * y + z` of floats, rounded once.
  record Fma(DType dtype, int x, int y, int z) implements Step {
    @Override
    public List<Integer> arguments() {
      return List.of(x, y, z);
    }

    @Override
    public Step withArguments(List<Integer> arguments) {
      return new Fma(dtype, arguments.get(0), arguments.get(1), arguments.get(2));
    }
  }

  /// What two floats' bits are combined in.
  enum BitsFn {
    ADD,
    SUB,
    AND,
    OR
  }

  /// The float whose bits are those of two floats combined as integers.
  record Bits(BitsFn fn, DType dtype, int x, int y) implements Step {
    @Override
    public List<Integer> arguments() {
      return List.of(x, y);
    }

    @Override
    public Step withArguments(List<Integer> arguments) {
      return new Bits(fn, dtype, arguments.get(0), arguments.get(1));
    }
  }

  /// The float whose bits are those of another one shifted.
  ///
  /// @param left how far to the left; below 0 to the right, repeating the sign
  record Shift(DType dtype, int x, int left) implements Step {
    @Override
    public List<Integer> arguments() {
      return List.of(x);
    }

    @Override
    public Step withArguments(List<Integer> arguments) {
      return new Shift(dtype, arguments.get(0), left);
    }
  }
}
