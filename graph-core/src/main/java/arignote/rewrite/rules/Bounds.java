package arignote.rewrite.rules;

import arignote.ir.Dim;

/// What is known about positions, whatever the symbols' lengths are.
final class Bounds {
  private Bounds() {}

  /// Whether a slice from `start` of `size` elements lies between `low` and `high`, exclusive.
  static boolean within(Dim start, Dim size, long step, Dim low, Dim high) {
    Dim last = start.plus(size.minus(1).times(step));
    Dim first = step > 0 ? start : last;
    Dim end = (step > 0 ? last : start).plus(1);
    return first.minus(low).isNonNegative() && high.minus(end).isNonNegative();
  }
}
