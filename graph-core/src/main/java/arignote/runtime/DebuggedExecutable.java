package arignote.runtime;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Constant;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Probe;
import arignote.ir.op.Scan;
import arignote.plan.Plan;
import arignote.reference.Interpreter;
import arignote.reference.Observer;
import arignote.rewrite.passes.InlineCustomOps;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// A program whose every node is held against the reference.
///
/// The values of all nodes are outputs of what the backend compiles, so each node is compared for
/// the operands that it really had, and a difference is not passed on to those behind it. In a loop
/// that differs, the body is compared in the same way, step by step.
final class DebuggedExecutable implements Executable {
  /// Relative to the largest element of the tensor, or to 1.
  private static final double TOLERANCE_F32 = 1e-4;

  private static final double TOLERANCE_F64 = 1e-9;

  /// What the backend has shown or checked is not to be shown once more.
  private static final Observer QUIET =
      new Observer() {
        @Override
        public void computed(Apply apply, List<HostTensor> operands, List<HostTensor> results) {}

        @Override
        public void probe(Probe probe, Apply apply, HostTensor value, boolean holds) {}
      };

  private final Program program;
  private final Backend backend;
  private final CompileOptions options;
  private final Graph graph;
  private final Every outermost;

  DebuggedExecutable(Program optimised, Backend backend, CompileOptions options) {
    this.program = optimised;
    this.backend = backend;
    this.options = options;
    this.graph = InlineCustomOps.keepingProbes().apply(optimised.graph());
    this.outermost = new Every(graph);
  }

  /// A graph compiled so that the values of all its nodes come out.
  private final class Every {
    private final Graph graph;
    private final List<Apply> applies;
    private final Executable executable;

    Every(Graph graph) {
      this.graph = graph;
      this.applies = graph.applies();
      List<Variable> outputs = new ArrayList<>(graph.outputs());
      applies.forEach(apply -> outputs.addAll(apply.results()));
      this.executable =
          backend.compile(
              new Program(program.name(), new Graph(graph.inputs(), outputs), List.of()), options);
    }

    /// The values of the outputs, all nodes being compared.
    List<HostTensor> run(List<HostTensor> arguments, Bindings bindings) {
      List<HostTensor> found = executable.call(arguments, bindings);
      Map<Variable, HostTensor> values = new IdentityHashMap<>();
      for (int i = 0; i < arguments.size(); i++) {
        values.put(graph.inputs().get(i), arguments.get(i));
      }
      int next = graph.outputs().size();
      for (Apply apply : applies) {
        List<HostTensor> operands = new ArrayList<>();
        for (Variable operand : apply.operands()) {
          operands.add(value(operand, values));
        }
        List<HostTensor> results = found.subList(next, next + apply.results().size());
        next += apply.results().size();
        compare(apply, operands, results, bindings);
        for (int i = 0; i < results.size(); i++) {
          values.put(apply.results().get(i), results.get(i));
        }
      }
      return found.subList(0, graph.outputs().size());
    }
  }

  private static HostTensor value(Variable variable, Map<Variable, HostTensor> values) {
    return switch (variable) {
      case Constant constant -> constant.value();
      case Shared shared -> shared.store().toHost();
      case Input _, Result _ -> java.util.Objects.requireNonNull(values.get(variable));
    };
  }

  @Override
  public List<HostTensor> call(
      List<HostTensor> arguments, Bindings bindings, SegmentAllocator memory) {
    List<HostTensor> outputs = outermost.run(arguments, bindings);
    List<HostTensor> results = new ArrayList<>();
    for (HostTensor output : outputs.subList(0, program.results().size())) {
      HostTensor result = HostTensor.allocate(memory, output.dtype(), output.shape());
      result.copyFrom(output);
      results.add(result);
    }
    for (int i = 0; i < program.updated().size(); i++) {
      program.updated().get(i).store().fromHost(outputs.get(results.size() + i));
    }
    return results;
  }

  @Override
  public Plan plan(Bindings bindings) {
    return outermost.executable.plan(bindings);
  }

  private void compare(
      Apply apply, List<HostTensor> operands, List<HostTensor> found, Bindings bindings) {
    List<HostTensor> expected = Interpreter.apply(apply, operands, bindings, QUIET);
    for (int i = 0; i < found.size(); i++) {
      long at = difference(found.get(i), expected.get(i));
      if (at < 0) {
        continue;
      }
      if (apply.op() instanceof Scan scan) {
        compareSteps(scan, operands, bindings);
      }
      throw EvaluationException.of(
          apply,
          "debug: result %d of the node, %s, is %s at element %d, the reference has %s; the operands are %s"
              .formatted(
                  i,
                  TensorType.of(found.get(i).dtype(), found.get(i).shape()),
                  found.get(i).getDouble(at),
                  at,
                  expected.get(i).getDouble(at),
                  Shown.values(operands)));
    }
  }

  private void compareSteps(Scan scan, List<HostTensor> operands, Bindings bindings) {
    Every body = new Every(scan.body());
    long steps = bindings.length(scan.steps());
    List<HostTensor> carries =
        operands.subList(scan.sequences(), scan.sequences() + scan.carries());
    for (long step = 0; step < steps; step++) {
      long position = scan.reverse() ? steps - 1 - step : step;
      List<HostTensor> inputs = new ArrayList<>();
      for (HostTensor sequence : operands.subList(0, scan.sequences())) {
        inputs.add(element(sequence, position));
      }
      inputs.addAll(carries);
      inputs.addAll(operands.subList(scan.sequences() + scan.carries(), operands.size()));
      carries = body.run(inputs, bindings).subList(0, scan.carries());
    }
  }

  private static HostTensor element(HostTensor sequence, long position) {
    long[] shape = new long[sequence.rank() - 1];
    System.arraycopy(sequence.shape(), 1, shape, 0, shape.length);
    long bytes = sequence.byteSize() / sequence.dim(0);
    MemorySegment part = sequence.segment().asSlice(position * bytes, bytes);
    return HostTensor.wrap(part, sequence.dtype(), shape).copy();
  }

  /// The first element that differs; -1 if none does.
  private static long difference(HostTensor found, HostTensor expected) {
    double largest = 1;
    for (long i = 0; i < expected.size(); i++) {
      double size = Math.abs(expected.getDouble(i));
      largest = Double.isFinite(size) ? Math.max(largest, size) : largest;
    }
    double allowed =
        switch (found.dtype()) {
          case F32 -> TOLERANCE_F32 * largest;
          case F64 -> TOLERANCE_F64 * largest;
          case BOOL, I32, I64 -> 0;
        };
    for (long i = 0; i < found.size(); i++) {
      double left = found.getDouble(i);
      double right = expected.getDouble(i);
      boolean same =
          found.dtype() == DType.I64
              ? found.getLong(i) == expected.getLong(i)
              : Double.compare(left, right) == 0
                  || left == right
                  || Math.abs(left - right) <= allowed;
      if (!same) {
        return i;
      }
    }
    return -1;
  }
}
