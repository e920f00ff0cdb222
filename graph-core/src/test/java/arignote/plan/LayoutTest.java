package arignote.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LayoutTest {
  /// The positions of all elements, row by row.
  private static List<Long> positions(Layout layout) {
    List<Long> positions = new ArrayList<>();
    for (long i = 0; i < layout.size(); i++) {
      long position = layout.offset();
      long rest = i;
      for (int axis = layout.rank() - 1; axis >= 0; axis--) {
        position += rest % layout.dim(axis) * layout.stride(axis);
        rest /= layout.dim(axis);
      }
      positions.add(position);
    }
    return positions;
  }

  @Test
  void viewsPrintAsShapeOffsetAndStrides() {
    Layout x = Layout.dense(3, 4);
    assertEquals("[3, 4] at 0 by [4, 1]", x.toString());
    assertEquals("[4, 3] at 0 by [1, 4]", x.transpose(List.of(1, 0)).toString());
    assertEquals("[3, 2] at 1 by [4, 2]", x.slice(1, 1, 2, 2).toString());
    assertEquals("[3, 4] at 8 by [-4, 1]", x.slice(0, 2, 3, -1).toString());
    assertEquals("[4] at 8 by [1]", x.element(2).toString());
    assertEquals("[2, 3, 4] at 0 by [0, 4, 1]", x.broadcast(2, 3, 4).toString());
    assertEquals("[5, 3] at 0 by [0, 1]", Layout.dense(1, 3).broadcast(5, 3).toString());
    assertEquals("[2, 6] at 0 by [6, 1]", x.reshape(2, 6).orElseThrow().toString());
  }

  @Test
  void aTransposedMatrixCannotBeFlattenedWithoutACopy() {
    Layout transposed = Layout.dense(3, 4).transpose(List.of(1, 0));
    assertTrue(transposed.reshape(12).isEmpty());
    assertEquals(
        "[2, 2, 3] at 0 by [2, 1, 4]", transposed.reshape(2, 2, 3).orElseThrow().toString());
  }

  @Test
  void axesOfLengthOneNeverNeedACopy() {
    Layout x = Layout.of(5, new long[] {1, 3, 1}, new long[] {77, 2, 99});
    assertEquals(List.of(5L, 7L, 9L), positions(x.reshape(3).orElseThrow()));
    assertEquals(List.of(5L, 7L, 9L), positions(x.reshape(1, 1, 3).orElseThrow()));
    assertArrayEquals(new long[] {}, Layout.dense(1, 1).reshape().orElseThrow().shape());
  }

  @Test
  void slicesOutsideAnAxisAreRefused() {
    Layout x = Layout.dense(4);
    assertThrows(IndexOutOfBoundsException.class, () -> x.slice(0, 1, 4, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> x.slice(0, 3, 5, -1));
    assertThrows(IndexOutOfBoundsException.class, () -> x.slice(0, -1, 1, 1));
    assertThrows(ArithmeticException.class, () -> x.slice(0, 1, 3, Long.MAX_VALUE));
    assertEquals(0, x.slice(0, 100, 0, 1).size());
  }

  @Test
  void densityLooksAtElementsThatExist() {
    assertTrue(Layout.dense(2, 3).isDense());
    assertTrue(Layout.of(0, new long[] {2, 1, 3}, new long[] {3, 50, 1}).isDense());
    assertTrue(Layout.of(0, new long[] {0, 7}, new long[] {1, 1}).isDense());
    assertFalse(Layout.of(0, new long[] {2, 3}, new long[] {4, 1}).isDense());
    assertFalse(Layout.of(0, new long[] {2, 3}, new long[] {0, 1}).isDense());
  }

  @Test
  void randomReshapesKeepTheOrderOfElements() {
    long seed = 4711;
    Random random = new Random(seed);
    int views = 0;
    for (int round = 0; round < 5000; round++) {
      Layout layout = randomView(random);
      long[] shape = randomFactors(random, layout.size());
      var reshaped = layout.reshape(shape);
      String what = "seed " + seed + ", round " + round + ": " + layout;
      if (reshaped.isPresent()) {
        views++;
        assertArrayEquals(shape, reshaped.get().shape(), what);
        assertEquals(positions(layout), positions(reshaped.get()), what);
      } else {
        assertFalse(layout.isDense(), what);
      }
    }
    assertTrue(views > 1000, "seed " + seed + ": only " + views + " views");
  }

  private static Layout randomView(Random random) {
    int rank = random.nextInt(4);
    long[] shape = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      shape[axis] = 1L + random.nextInt(4);
    }
    Layout layout = Layout.dense(shape);
    if (rank > 0 && random.nextBoolean()) {
      List<Integer> order = new ArrayList<>();
      for (int axis = 0; axis < rank; axis++) {
        order.add(axis);
      }
      Collections.shuffle(order, random);
      layout = layout.transpose(order);
    }
    if (rank > 0 && random.nextBoolean()) {
      int axis = random.nextInt(rank);
      long size = 1L + random.nextInt((int) layout.dim(axis));
      layout = layout.slice(axis, layout.dim(axis) - size, size, 1);
    }
    return layout;
  }

  private static long[] randomFactors(Random random, long size) {
    List<Long> factors = new ArrayList<>();
    long rest = size;
    while (rest > 1) {
      long factor = 2;
      while (rest % factor != 0) {
        factor++;
      }
      if (factors.isEmpty() || random.nextBoolean()) {
        factors.add(factor);
      } else {
        factors.set(factors.size() - 1, factors.getLast() * factor);
      }
      rest /= factor;
    }
    while (random.nextInt(3) == 0) {
      factors.add(random.nextInt(factors.size() + 1), 1L);
    }
    return factors.stream().mapToLong(Long::longValue).toArray();
  }

  /// Whatever is said to be apart is; and parts of matrices side by side, as loops write them, are
  /// seen to be.
  @Test
  void layoutsThatAreApartHaveNoPositionInCommon() {
    Layout rows = Layout.dense(3, 4, 12);
    Layout left = rows.slice(2, 0, 4, 1);
    Layout right = rows.slice(2, 4, 8, 1);
    assertTrue(left.isApartFrom(right));
    assertTrue(right.isApartFrom(left));
    assertTrue(rows.slice(0, 0, 2, 1).isApartFrom(rows.slice(0, 2, 1, 1)));
    assertFalse(left.isApartFrom(left));
    assertFalse(left.isApartFrom(rows.slice(2, 3, 8, 1)));
    Random random = new Random(5);
    int apart = 0;
    for (int i = 0; i < 20_000; i++) {
      Layout x = part(random, rows);
      Layout y = part(random, rows);
      boolean disjoint = Collections.disjoint(positions(x), positions(y));
      assertTrue(disjoint || !x.isApartFrom(y), x + " and " + y);
      apart += x.isApartFrom(y) ? 1 : 0;
    }
    assertTrue(apart > 2000, apart + " pairs apart");
  }

  private static Layout part(Random random, Layout of) {
    Layout part = of;
    for (int axis = 0; axis < of.rank(); axis++) {
      long start = random.nextLong(of.dim(axis));
      long most = of.dim(axis) - start;
      long step = 1 + random.nextLong(2);
      part = part.slice(axis, start, random.nextLong(1 + (most - 1) / step) + 1, step);
    }
    return random.nextInt(4) == 0 ? part.transpose(List.of(0, 2, 1)) : part;
  }
}
