package arignote.tests.ops;

import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/// The shapes that elementwise ops are tested with: none, one, around the lengths of vectors, more
/// axes, and once enough elements for several threads.
final class Shapes {
  static final List<DType> ALL = List.of(DType.values());
  static final List<DType> NUMERIC = List.of(DType.I32, DType.I64, DType.F32, DType.F64);
  static final List<DType> FLOATS = List.of(DType.F32, DType.F64);
  static final List<DType> BITS = List.of(DType.BOOL, DType.I32, DType.I64);

  private static final List<long[]> THOROUGH =
      List.of(new long[] {17}, new long[] {5, 7}, new long[] {2, 3, 5});

  private static final List<long[]> PLAIN =
      List.of(
          new long[] {},
          new long[] {0},
          new long[] {1},
          new long[] {7},
          new long[] {8},
          new long[] {15},
          new long[] {16},
          new long[] {31},
          new long[] {33},
          new long[] {3, 0},
          new long[] {1, 4},
          new long[] {6, 1},
          new long[] {3, 16},
          new long[] {2, 1, 3});

  private static final long[] LARGE = {257, 129};

  private Shapes() {}

  /// One example for each shape, thorough for some.
  static List<Example> examples(BiFunction<Sizes, long[], Example> make, Sizes sizes) {
    List<Example> examples = new ArrayList<>();
    THOROUGH.forEach(shape -> examples.add(make.apply(sizes, shape)));
    PLAIN.forEach(shape -> examples.add(make.apply(sizes, shape).plain()));
    examples.add(make.apply(sizes, LARGE).plain());
    return examples;
  }
}
