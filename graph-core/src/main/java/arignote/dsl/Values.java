package arignote.dsl;

import static arignote.dsl.Promotion.apply;

import arignote.ir.Constant;
import arignote.ir.Dim;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.DimSize;
import arignote.ir.op.Fill;
import arignote.ir.op.Iota;
import arignote.runtime.Flags;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;

/// Where values come from: inputs, shared variables, constants, tensors made of nothing.
///
/// Shapes are given as `Object...`, each a [Dim], a whole number, or a string that names a symbol:
/// `input("tokens", DType.I64, "T", "B")`.
public final class Values {
  private Values() {}

  /// The dtype that the flag `floatx` chose for floating literals, inputs and parameters.
  public static DType floatX() {
    return Flags.current().floatX();
  }

  /// A length that is bound when a function is called.
  ///
  /// @throws TypeException if the name is not like `T` or `batch_size`
  public static Dim dim(String name) {
    return symbol(name);
  }

  private static Dim symbol(String name) {
    try {
      return Dim.symbol(name);
    } catch (IllegalArgumentException _) {
      throw new TypeException(
              "shape: a length cannot be named \"%s\"; names are like T or batch_size, sums and products are made with dim(\"T\").plus(1) and times(2)"
                  .formatted(name))
          .at(Site.current());
    }
  }

  /// An argument of functions.
  ///
  /// @throws TypeException if an element of `shape` is neither a dim, a length nor a name
  public static Input input(String name, DType dtype, Object... shape) {
    return new Input(named("input", name), type(dtype, shape));
  }

  /// The type with such a shape.
  ///
  /// @throws TypeException if an element of `shape` is neither a dim, a length nor a name
  public static TensorType type(DType dtype, Object... shape) {
    List<Dim> dims = dims(shape);
    try {
      return new TensorType(dtype, dims);
    } catch (TypeException e) {
      throw e.at(Site.current());
    }
  }

  static List<Dim> dims(Object... shape) {
    List<Dim> dims = new ArrayList<>();
    for (Object length : shape) {
      dims.add(
          switch (length) {
            case Dim dim -> dim;
            case Integer number -> Dim.of(number);
            case Long number -> Dim.of(number);
            case String name -> symbol(name);
            case Variable computed ->
                throw new TypeException(
                        "shape: a length cannot be computed, found the variable %s; lengths are numbers, or names that the shape of an input binds at each call"
                            .formatted(computed))
                    .at(Site.current());
            default ->
                throw new TypeException(
                        "shape: expected a Dim, a whole number or a name, found \""
                            + length
                            + "\" of "
                            + length.getClass().getName())
                    .at(Site.current());
          });
    }
    return dims;
  }

  /// A variable whose value stays between calls, with an initial value, which is copied.
  public static Shared shared(String name, HostTensor initial) {
    return new Shared(named("shared", name), initial);
  }

  private static String named(String what, String name) {
    if (name.isBlank()) {
      throw new TypeException(
              what + ": the name is empty; give one by which messages can call the variable")
          .at(Site.current());
    }
    return name;
  }

  /// A scalar constant of dtype `floatX`.
  public static Constant constant(double value) {
    return constant(floatX(), value);
  }

  /// A scalar constant, of floats rounded to the dtype.
  ///
  /// @throws TypeException if the dtype is not of floats and has no such value
  public static Constant constant(DType dtype, double value) {
    HostTensor scalar = HostTensor.scalar(dtype, value);
    if (!dtype.isFloat() && scalar.item() != value) {
      throw new TypeException(
              "constant: %s is not a value of %s; use another dtype".formatted(value, dtype))
          .at(Site.current());
    }
    return new Constant(scalar);
  }

  /// A constant tensor; `value` is copied.
  public static Constant constant(HostTensor value) {
    return new Constant(value.copy());
  }

  /// A tensor of one value.
  public static Variable full(double value, DType dtype, Object... shape) {
    TensorType type = type(dtype, shape);
    try {
      return apply(new Fill(value, type));
    } catch (TypeException e) {
      throw e.at(Site.current());
    }
  }

  public static Variable zeros(DType dtype, Object... shape) {
    return full(0, dtype, shape);
  }

  public static Variable ones(DType dtype, Object... shape) {
    return full(1, dtype, shape);
  }

  /// Zeros of the type of `x`.
  public static Variable zerosLike(Variable x) {
    return apply(new Fill(0, x.type()));
  }

  /// Ones of the type of `x`.
  public static Variable onesLike(Variable x) {
    return apply(new Fill(1, x.type()));
  }

  /// `0, 1, 2, ...` as `i64[length]`.
  ///
  /// @param length a [Dim], a whole number or a name
  public static Variable iota(Object length) {
    return apply(new Iota(0, type(DType.I64, length)));
  }

  /// Each element's position along an axis, in a tensor of the given type.
  public static Variable iota(int axis, DType dtype, Object... shape) {
    TensorType type = type(dtype, shape);
    return apply(new Iota(Promotion.axisOfRank("iota", type, axis, type.rank()), type));
  }

  /// The length of an axis as an `i64` scalar.
  public static Variable size(Variable x, int axis) {
    return size(x.type().dim(Promotion.axis("size", x, axis)));
  }

  /// A dim as an `i64` scalar.
  public static Variable size(Dim dim) {
    return apply(new DimSize(dim));
  }
}
