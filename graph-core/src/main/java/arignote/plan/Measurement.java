package arignote.plan;

import arignote.ir.Apply;
import java.util.List;

/// What was measured of a step of a plan, all calls and all steps of loops taken together.
///
/// @param nodes the node of the compiled graph that the step computes, or a part of it, and before
///   it the loops and conditionals that it is in, outermost first; empty for what belongs to none
/// @param step what is done: `loop`, `gemm`, `copy`
/// @param kernel the generated loop that does it; empty if there is none
/// @param runs how often it ran
/// @param nanos how long that took, without the steps inside; of steps that several threads run at
///   once, each has its share of the time that passed
/// @param bytes what it read and wrote
/// @param flops floating operations, an elementwise function of any kind counting as one
public record Measurement(
    List<Apply> nodes,
    String step,
    String kernel,
    long runs,
    long nanos,
    long bytes,
    double flops) {
  public Measurement {
    nodes = List.copyOf(nodes);
  }

  /// The loops and conditionals that the step is in, with their source lines, outermost first.
  public List<String> path() {
    return nodes.subList(0, Math.max(0, nodes.size() - 1)).stream()
        .map(node -> node.op().mnemonic() + " " + node.site())
        .toList();
  }

  /// The op of the step's node; `copy` for what belongs to none.
  public String op() {
    return nodes.isEmpty() ? "copy" : nodes.getLast().op().mnemonic();
  }

  /// The user's source line; empty for what belongs to none.
  public String site() {
    return nodes.isEmpty() ? "" : nodes.getLast().site().toString();
  }

  /// The measurements of a program.
  ///
  /// @param calls how many calls were measured
  /// @param nanos how long they took
  /// @param preparations how many sets of lengths were prepared, and how long that took
  /// @param memory the most memory that a call needed for values between steps
  public record Program(
      long calls,
      long nanos,
      long preparations,
      long preparationNanos,
      long memory,
      List<Measurement> steps) {
    public Program {
      steps = List.copyOf(steps);
    }
  }
}
