package arignote.tests.bench;

import arignote.dsl.Values;
import arignote.ir.Input;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;

/// What a call costs that computes next to nothing: `tests/bench call`.
final class CallBenchmark {
  private static final int CALLS = 10_000;

  private CallBenchmark() {}

  public static void main(String[] arguments) {
    Timing.printMachine();
    report("x + 1 on one element", Values.input("x", DType.F32, 1));
    report("x + 1 on N elements, N = 1", Values.input("x", DType.F32, "N"));
  }

  private static void report(String name, Input x) {
    Function function = Function.compile().inputs(x).outputs(x.add(1)).build("call");
    HostTensor argument = HostTensor.of(new float[] {1});
    double millis =
        Timing.report(
            CALLS + " calls of " + name,
            30,
            100,
            () -> {
              for (int i = 0; i < CALLS; i++) {
                function.call(argument);
              }
            });
    Timing.print("%s: %.2f us a call".formatted(name, millis * 1000 / CALLS));
  }
}
