package arignote.backend.cpu.codegen;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Functions of vectors that `jdk.incubator.vector` lacks. Loaded only where that module is there.
final class Lanewise {
  /// From here on every float is an integer.
  private static final float FLOAT_INTEGERS = 0x1p23f;

  private static final double DOUBLE_INTEGERS = 0x1p52;

  private Lanewise() {}

  /// To the nearest integer, halves to the even one: adding and subtracting 2^23 leaves no bits for
  /// a fraction.
  static FloatVector round(FloatVector x) {
    FloatVector absolute = x.abs();
    FloatVector rounded = absolute.add(FLOAT_INTEGERS).sub(FLOAT_INTEGERS);
    VectorMask<Float> fractional = absolute.compare(VectorOperators.LT, FLOAT_INTEGERS);
    return x.blend(withSign(rounded, x), fractional);
  }

  static DoubleVector round(DoubleVector x) {
    DoubleVector absolute = x.abs();
    DoubleVector rounded = absolute.add(DOUBLE_INTEGERS).sub(DOUBLE_INTEGERS);
    VectorMask<Double> fractional = absolute.compare(VectorOperators.LT, DOUBLE_INTEGERS);
    return x.blend(withSign(rounded, x), fractional);
  }

  static FloatVector floor(FloatVector x) {
    FloatVector rounded = round(x);
    VectorMask<Float> above = rounded.compare(VectorOperators.GT, x);
    return withSign(rounded.blend(rounded.sub(1), above), x);
  }

  static DoubleVector floor(DoubleVector x) {
    DoubleVector rounded = round(x);
    VectorMask<Double> above = rounded.compare(VectorOperators.GT, x);
    return withSign(rounded.blend(rounded.sub(1), above), x);
  }

  static FloatVector ceil(FloatVector x) {
    FloatVector rounded = round(x);
    VectorMask<Float> below = rounded.compare(VectorOperators.LT, x);
    return withSign(rounded.blend(rounded.add(1), below), x);
  }

  static DoubleVector ceil(DoubleVector x) {
    DoubleVector rounded = round(x);
    VectorMask<Double> below = rounded.compare(VectorOperators.LT, x);
    return withSign(rounded.blend(rounded.add(1), below), x);
  }

  /// Sets the sign bit where `sign` has it: -0.3 is rounded to -0.0.
  private static FloatVector withSign(FloatVector x, FloatVector sign) {
    IntVector bit = sign.reinterpretAsInts().and(Integer.MIN_VALUE);
    return x.reinterpretAsInts().or(bit).reinterpretAsFloats();
  }

  private static DoubleVector withSign(DoubleVector x, DoubleVector sign) {
    LongVector bit = sign.reinterpretAsLongs().and(Long.MIN_VALUE);
    return x.reinterpretAsLongs().or(bit).reinterpretAsDoubles();
  }

  static FloatVector sin(FloatVector x) {
    return each(x, Math::sin);
  }

  static DoubleVector sin(DoubleVector x) {
    return each(x, Math::sin);
  }

  static FloatVector cos(FloatVector x) {
    return each(x, Math::cos);
  }

  static DoubleVector cos(DoubleVector x) {
    return each(x, Math::cos);
  }

  static FloatVector tan(FloatVector x) {
    return each(x, Math::tan);
  }

  static DoubleVector tan(DoubleVector x) {
    return each(x, Math::tan);
  }

  static FloatVector asin(FloatVector x) {
    return each(x, Math::asin);
  }

  static DoubleVector asin(DoubleVector x) {
    return each(x, Math::asin);
  }

  static FloatVector acos(FloatVector x) {
    return each(x, Math::acos);
  }

  static DoubleVector acos(DoubleVector x) {
    return each(x, Math::acos);
  }

  static FloatVector atan(FloatVector x) {
    return each(x, Math::atan);
  }

  static DoubleVector atan(DoubleVector x) {
    return each(x, Math::atan);
  }

  static FloatVector erf(FloatVector x) {
    return each(x, Scalars::erf);
  }

  static DoubleVector erf(DoubleVector x) {
    return each(x, Scalars::erf);
  }

  static FloatVector erfc(FloatVector x) {
    return each(x, Scalars::erfc);
  }

  static DoubleVector erfc(DoubleVector x) {
    return each(x, Scalars::erfc);
  }

  static FloatVector pow(FloatVector x, FloatVector y) {
    return each(x, y, Math::pow);
  }

  static DoubleVector pow(DoubleVector x, DoubleVector y) {
    return each(x, y, Math::pow);
  }

  static FloatVector atan2(FloatVector x, FloatVector y) {
    return each(x, y, Math::atan2);
  }

  static DoubleVector atan2(DoubleVector x, DoubleVector y) {
    return each(x, y, Math::atan2);
  }

  static FloatVector floorDiv(FloatVector x, FloatVector y) {
    return each(x, y, Scalars::floorDiv);
  }

  static DoubleVector floorDiv(DoubleVector x, DoubleVector y) {
    return each(x, y, Scalars::floorDiv);
  }

  static FloatVector mod(FloatVector x, FloatVector y) {
    return each(x, y, Scalars::mod);
  }

  static DoubleVector mod(DoubleVector x, DoubleVector y) {
    return each(x, y, Scalars::mod);
  }

  /// Element by element: the vector library's functions have other bits than the JVM's, and others
  /// again while the JVM interprets them.
  private static FloatVector each(FloatVector x, DoubleUnaryOperator fn) {
    float[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = (float) fn.applyAsDouble(lanes[i]);
    }
    return FloatVector.fromArray(x.species(), lanes, 0);
  }

  private static FloatVector each(FloatVector x, FloatVector y, DoubleBinaryOperator fn) {
    float[] left = x.toArray();
    float[] right = y.toArray();
    for (int i = 0; i < left.length; i++) {
      left[i] = (float) fn.applyAsDouble(left[i], right[i]);
    }
    return FloatVector.fromArray(x.species(), left, 0);
  }

  /// Element by element: the vector library's functions have other bits than the JVM's, and others
  /// again while the JVM interprets them.
  private static DoubleVector each(DoubleVector x, DoubleUnaryOperator fn) {
    double[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = fn.applyAsDouble(lanes[i]);
    }
    return DoubleVector.fromArray(x.species(), lanes, 0);
  }

  private static DoubleVector each(DoubleVector x, DoubleVector y, DoubleBinaryOperator fn) {
    double[] left = x.toArray();
    double[] right = y.toArray();
    for (int i = 0; i < left.length; i++) {
      left[i] = fn.applyAsDouble(left[i], right[i]);
    }
    return DoubleVector.fromArray(x.species(), left, 0);
  }
}
