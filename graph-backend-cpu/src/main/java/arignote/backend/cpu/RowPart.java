package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Tiles;
import arignote.ir.Apply;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Dot;
import arignote.ir.op.Gemm;
import arignote.ir.op.Scan;
import arignote.plan.IndependentRows;
import arignote.plan.Layout;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A loop over some rows of a scan whose rows are independent: one thread runs it through all steps
/// without waiting for others.
///
/// @param scan over these rows
/// @param operands where its operands lie: rows of the whole scan's
/// @param results where its results go
record RowPart(Scan scan, List<View> operands, List<View> results) {
  /// From so much work on, threads pay, in multiplications.
  private static final double SEVERAL_THREADS = 4e6;

  /// Into as many parts as there are threads, each of rows enough for a tile. None, or one, if rows
  /// are not independent or too few, or the work too little.
  static List<RowPart> of(Block block, Scan scan, Apply apply) {
    int threads = block.tools().threads();
    if (threads == 1 || work(block, scan, apply) < SEVERAL_THREADS) {
      return List.of();
    }
    Optional<IndependentRows> rows = block.tools().independentRows(apply, scan);
    if (rows.isEmpty()) {
      return List.of();
    }
    long count = block.lengths().length(apply, rows.get().count());
    long parts = Math.min(threads, count / Tiles.ROWS);
    if (parts < 2) {
      return List.of();
    }
    List<View> results =
        apply.results().stream().map(result -> block.result(apply, result)).toList();
    List<RowPart> made = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      long from = boundary(count, part, parts);
      long length = boundary(count, part + 1, parts) - from;
      made.add(of(block, rows.get(), apply, results, from, length));
    }
    return made;
  }

  private static long boundary(long count, long part, long parts) {
    return part == parts ? count : count * part / parts / Tiles.ROWS * Tiles.ROWS;
  }

  private static RowPart of(
      Block block, IndependentRows rows, Apply apply, List<View> results, long from, long length) {
    Scan scan = rows.scan(length);
    List<View> operands = new ArrayList<>();
    for (int i = 0; i < rows.operands().size(); i++) {
      IndependentRows.Operand operand = rows.operands().get(i);
      View whole = block.view(apply.operand(operand.index()));
      int steps = i < scan.sequences() ? 1 : 0;
      operands.add(
          operand.axis().map(axis -> some(whole, steps + axis, from, length)).orElse(whole));
    }
    List<View> parts = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      parts.add(some(results.get(i), i < scan.carries() ? 0 : 1, from, length));
    }
    return new RowPart(scan, operands, parts);
  }

  private static View some(View whole, int axis, long from, long length) {
    Layout layout = whole.layout().slice(axis, from, length, 1);
    return whole.with(layout);
  }

  /// About how much a scan computes: the multiplications of its products, some for each other
  /// element.
  private static double work(Block block, Scan scan, Apply apply) {
    double work = 0;
    for (Apply node : scan.body().applies()) {
      for (Variable result : node.results()) {
        double depth =
            switch (node.op()) {
              case Dot(int batch) -> length(block, apply, node.operand(1).type(), batch);
              case Gemm _ -> length(block, apply, node.operand(1).type(), 0);
              default -> 4;
            };
        work += depth * size(block.shape(apply, result.type()));
      }
    }
    return work * length(block, apply, TensorType.of(DType.BOOL, scan.steps()), 0);
  }

  private static double length(Block block, Apply apply, TensorType type, int axis) {
    return block.shape(apply, type)[axis];
  }

  private static double size(long[] shape) {
    double size = 1;
    for (long length : shape) {
      size *= length;
    }
    return size;
  }
}
