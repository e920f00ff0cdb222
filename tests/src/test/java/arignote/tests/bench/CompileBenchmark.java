package arignote.tests.bench;

import arignote.dsl.Values;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;

/// What compiling costs: `tests/bench compile`. The tutorial's training function from nothing,
/// graph, gradients, passes and lowering; from the start of the JVM to the end of its first step;
/// chains of many nodes.
final class CompileBenchmark {
  private CompileBenchmark() {}

  public static void main(String[] arguments) {
    Timing.printMachine();
    FirstStep.report();
    Tutorial tutorial = Tutorial.STANDARD;
    Timing.report(
        "compile the tutorial's training function",
        30,
        30,
        () -> Tutorial.train(tutorial.params()));
    double half = chain(50_000);
    double whole = chain(100_000);
    Timing.print("chain of 100000 nodes: %.2f times that of 50000".formatted(whole / half));
  }

  private static double chain(int length) {
    HostTensor argument = HostTensor.of(new float[] {1, 2, 3}, 3);
    return Timing.report(
        "compile and run a chain of " + length + " nodes",
        1,
        3,
        () -> {
          Input x = Values.input("x", DType.F32, "N");
          Variable y = x;
          for (int i = 0; i < length / 2; i++) {
            y = y.mul(0.999).add(x);
          }
          Function.compile().inputs(x).outputs(y).build("chain").call(argument);
        });
  }
}
