package arignote.tests.bench.contest;

import java.util.List;

/// A recurrent layer, with its gates in the order in which their parameters are drawn.
public enum Cell {
  /// The tutorial's.
  LSTM("input", "forget", "output", "cell"),
  /// That of cuDNN and torch, whose reset gate acts on the candidate's product with the state: `h'
  /// = (1 - z) * tanh(x W + r * (h U) + b) + z * h`.
  GRU("reset", "update", "candidate");

  private final List<String> gates;

  Cell(String... gates) {
    this.gates = List.of(gates);
  }

  public List<String> gates() {
    return gates;
  }

  /// Operations in the products of one step forward.
  double flops(long rows, long units) {
    return 2.0 * rows * units * units * 2 * gates.size();
  }
}
