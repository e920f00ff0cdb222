package arignote.backend.cpu.codegen;

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

  static FloatVector erf(FloatVector x) {
    float[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = (float) Scalars.erf(lanes[i]);
    }
    return FloatVector.fromArray(x.species(), lanes, 0);
  }

  static DoubleVector erf(DoubleVector x) {
    double[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = Scalars.erf(lanes[i]);
    }
    return DoubleVector.fromArray(x.species(), lanes, 0);
  }

  static FloatVector erfc(FloatVector x) {
    float[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = (float) Scalars.erfc(lanes[i]);
    }
    return FloatVector.fromArray(x.species(), lanes, 0);
  }

  static DoubleVector erfc(DoubleVector x) {
    double[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = Scalars.erfc(lanes[i]);
    }
    return DoubleVector.fromArray(x.species(), lanes, 0);
  }

  static FloatVector floorDiv(FloatVector x, FloatVector y) {
    float[] lanes = x.toArray();
    float[] divisors = y.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = Scalars.floorDiv(lanes[i], divisors[i]);
    }
    return FloatVector.fromArray(x.species(), lanes, 0);
  }

  static DoubleVector floorDiv(DoubleVector x, DoubleVector y) {
    double[] lanes = x.toArray();
    double[] divisors = y.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = Scalars.floorDiv(lanes[i], divisors[i]);
    }
    return DoubleVector.fromArray(x.species(), lanes, 0);
  }

  static FloatVector mod(FloatVector x, FloatVector y) {
    float[] lanes = x.toArray();
    float[] divisors = y.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = Scalars.mod(lanes[i], divisors[i]);
    }
    return FloatVector.fromArray(x.species(), lanes, 0);
  }

  static DoubleVector mod(DoubleVector x, DoubleVector y) {
    double[] lanes = x.toArray();
    double[] divisors = y.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = Scalars.mod(lanes[i], divisors[i]);
    }
    return DoubleVector.fromArray(x.species(), lanes, 0);
  }
}
