package arignote.reference;

import arignote.ir.op.ReduceFn;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;

/// What the elements so far come to; floats in double precision, rounded where it is written.
sealed interface RunningReduction {
  /// What no elements come to.
  static RunningReduction of(ReduceFn fn, DType dtype) {
    return dtype.isFloat() ? new Floats(fn) : new Integers(fn);
  }

  void add(HostTensor x, long position);

  void write(HostTensor result, long position);

  /// Of floats.
  final class Floats implements RunningReduction {
    private final ReduceFn fn;
    private final CompensatedSum sum = new CompensatedSum();
    private double value;

    private Floats(ReduceFn fn) {
      this.fn = fn;
      this.value =
          switch (fn) {
            case SUM -> 0;
            case PROD -> 1;
            case MAX -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
            case ANY, ALL -> throw undefined();
          };
    }

    @Override
    public void add(HostTensor x, long position) {
      double element = x.getDouble(position);
      value =
          switch (fn) {
            case SUM -> {
              sum.add(element);
              yield sum.value();
            }
            case PROD -> value * element;
            case MAX -> Math.max(value, element);
            case MIN -> Math.min(value, element);
            case ANY, ALL -> throw undefined();
          };
    }

    private IllegalArgumentException undefined() {
      return new IllegalArgumentException(fn.mnemonic() + " is not defined on floats");
    }

    @Override
    public void write(HostTensor result, long position) {
      result.setDouble(position, value);
    }
  }

  /// Of integers, which wrap, and of bools.
  final class Integers implements RunningReduction {
    private final ReduceFn fn;
    private long value;

    private Integers(ReduceFn fn) {
      this.fn = fn;
      this.value =
          switch (fn) {
            case SUM, ANY -> 0;
            case PROD, ALL -> 1;
            case MAX -> Long.MIN_VALUE;
            case MIN -> Long.MAX_VALUE;
          };
    }

    @Override
    public void add(HostTensor x, long position) {
      long element = x.getLong(position);
      value =
          switch (fn) {
            case SUM -> value + element;
            case PROD -> value * element;
            case MAX -> Math.max(value, element);
            case MIN -> Math.min(value, element);
            case ANY -> value | element;
            case ALL -> value & element;
          };
    }

    @Override
    public void write(HostTensor result, long position) {
      result.setLong(position, value);
    }
  }
}
