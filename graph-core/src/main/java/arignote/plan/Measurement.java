package arignote.plan;

import java.util.List;

/// What was measured of a step of a plan, all calls and all steps of loops taken together.
///
/// @param path the loops and conditionals that the step is in, outermost first
/// @param op the node that the step computes, or a part of it
/// @param step what is done: `loop`, `gemm`, `copy`
/// @param kernel the generated loop that does it; empty if there is none
/// @param site the user's source line; empty for what belongs to none
/// @param runs how often it ran
/// @param nanos how long that took, without the steps inside; of steps that several threads run at
///   once, each has its share of the time that passed
/// @param bytes what it read and wrote
/// @param flops floating operations, an elementwise function of any kind counting as one
public record Measurement(
    List<String> path,
    String op,
    String step,
    String kernel,
    String site,
    long runs,
    long nanos,
    long bytes,
    double flops) {
  public Measurement {
    path = List.copyOf(path);
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
