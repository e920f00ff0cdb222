package arignote.tests.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// All rows: one for each op, or for each function of an op that has a function.
///
/// ```java
/// for (OpRow row : OpTable.rows()) {
///   row.cases().forEach(c -> BackendComparison.mismatch(backend, c));
/// }
/// OpTable.gradientCases().forEach(c -> checkNumerically(c.graph(), c.floatInputs(), c.inputs()));
/// ```
public final class OpTable {
  private OpTable() {}

  /// The rows, by family.
  public static List<OpRow> rows() {
    List<OpRow> rows = new ArrayList<>();
    rows.addAll(UnaryRows.rows());
    rows.addAll(BinaryRows.rows());
    rows.addAll(ReductionRows.rows());
    rows.addAll(CumulateRows.rows());
    rows.addAll(DotRows.rows());
    rows.addAll(MovementRows.rows());
    rows.addAll(IndexingRows.rows());
    rows.addAll(CreationRows.rows());
    rows.addAll(LoopRows.rows());
    rows.addAll(BranchRows.rows());
    return rows;
  }

  /// The row of a mnemonic.
  ///
  /// @throws IllegalArgumentException if there is none
  public static OpRow row(String name) {
    return rows().stream()
        .filter(row -> row.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no row for the op " + name));
  }

  /// The cases of all rows.
  public static Stream<OpCase> cases() {
    return rows().stream().flatMap(OpRow::cases);
  }

  /// The cases to check gradients with, of all rows that have one.
  public static Stream<OpCase> gradientCases() {
    return rows().stream().flatMap(OpRow::gradientCases);
  }
}
