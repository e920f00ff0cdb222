package arignote.tests.bench;

import arignote.examples.imdb.LstmModel.Params;
import arignote.runtime.Function;
import arignote.tensor.HostTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/// The time of one training step of the tutorial: `tests/bench step [T B D]`.
final class StepBenchmark {
  private StepBenchmark() {}

  public static void main(String[] arguments) {
    Tutorial tutorial =
        arguments.length == 3
            ? new Tutorial(
                Integer.parseInt(arguments[0]),
                Integer.parseInt(arguments[1]),
                Integer.parseInt(arguments[2]))
            : Tutorial.STANDARD;
    Timing.printMachine();
    String sizes = "T=%d B=%d D=%d".formatted(tutorial.steps(), tutorial.batch(), tutorial.units());
    HostTensor[] minibatch = tutorial.minibatch(1);
    Params p = tutorial.params();
    report("forward " + sizes, Tutorial.cost(p), minibatch);
    Function gradients = Tutorial.gradients(p);
    report("forward and backward " + sizes, gradients, minibatch);
    MemorySegment memory =
        Arena.ofAuto().allocate(gradients.memory().results(), HostTensor.ALIGNMENT);
    Timing.report(
        "forward and backward, gradients in memory used again " + sizes,
        200,
        200,
        () -> gradients.call(SegmentAllocator.slicingAllocator(memory), (Object[]) minibatch));
    report("whole step with Adadelta " + sizes, Tutorial.train(p), minibatch);
  }

  private static void report(String name, Function function, HostTensor[] minibatch) {
    Timing.report(name, 200, 200, () -> function.call(minibatch));
  }
}
