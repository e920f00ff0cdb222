package arignote.runtime;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.EvaluationException;
import arignote.ir.Shared;
import arignote.ir.TensorType;
import arignote.plan.Plan;
import arignote.reference.Interpreter;
import arignote.reference.Observer;
import arignote.tensor.HostTensor;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.function.DoublePredicate;

/// A program that looks at what it has computed before it updates anything.
///
/// Only if that is not finite is the graph, as the user wrote it, computed by the reference, to
/// find the first node that made it so. Infinities that never reach a result or an update, such as
/// those of a mask, are no mistake.
final class GuardedExecutable implements Executable {
  private final Program written;
  private final Program program;
  private final Executable executable;

  GuardedExecutable(Program written, Program optimised, Backend backend, CompileOptions options) {
    this.written = written;
    this.program = optimised;
    this.executable =
        backend.compile(new Program(program.name(), program.graph(), List.of()), options);
  }

  @Override
  public List<HostTensor> call(
      List<HostTensor> arguments, Bindings bindings, SegmentAllocator memory) {
    List<HostTensor> outputs = executable.call(arguments, bindings, memory);
    for (int i = 0; i < outputs.size(); i++) {
      check(i, outputs.get(i), arguments, bindings);
    }
    int results = program.results().size();
    for (int i = 0; i < program.updated().size(); i++) {
      program.updated().get(i).store().fromHost(outputs.get(results + i));
    }
    return outputs.subList(0, results);
  }

  @Override
  public Plan plan(Bindings bindings) {
    return executable.plan(bindings);
  }

  private void check(int output, HostTensor value, List<HostTensor> arguments, Bindings bindings) {
    if (!value.dtype().isFloat()) {
      return;
    }
    long nan = first(value, Double::isNaN);
    long infinite = nan < 0 ? first(value, Double::isInfinite) : -1;
    if (nan < 0 && infinite < 0) {
      return;
    }
    DoublePredicate bad = nan < 0 ? Double::isInfinite : Double::isNaN;
    Interpreter.evaluate(
        written.graph(),
        arguments,
        bindings,
        new Observer() {
          @Override
          public void computed(Apply apply, List<HostTensor> operands, List<HostTensor> made) {
            blame(bad, nameOf(output), apply, operands, made);
          }

          @Override
          public void probe(
              arignote.ir.op.Probe probe, Apply apply, HostTensor seen, boolean holds) {}
        });
    throw new EvaluationException(
        "nan_guard: %s of function \"%s\" has %s at element %d, which the reference does not compute; run it with mode=debug"
            .formatted(
                nameOf(output),
                program.name(),
                value.getDouble(Math.max(nan, infinite)),
                Math.max(nan, infinite)));
  }

  private String nameOf(int output) {
    int results = program.results().size();
    if (output < results) {
      return "result " + output;
    }
    Shared updated = program.updated().get(output - results);
    return "the update of \"" + updated.name() + "\"";
  }

  /// Ends the call at a node that makes of good operands what is not.
  private void blame(
      DoublePredicate bad,
      String output,
      Apply apply,
      List<HostTensor> operands,
      List<HostTensor> made) {
    if (operands.stream().anyMatch(operand -> first(operand, bad) >= 0)) {
      return;
    }
    for (HostTensor result : made) {
      long at = first(result, bad);
      if (at >= 0) {
        throw EvaluationException.of(
            apply,
            "nan_guard: made %s at element %d of %s, which reaches %s of function \"%s\"; the operands are %s"
                .formatted(
                    result.getDouble(at),
                    at,
                    TensorType.of(result.dtype(), result.shape()),
                    output,
                    program.name(),
                    Shown.values(operands)));
      }
    }
  }

  private static long first(HostTensor tensor, DoublePredicate bad) {
    if (tensor.dtype().isFloat()) {
      for (long i = 0; i < tensor.size(); i++) {
        if (bad.test(tensor.getDouble(i))) {
          return i;
        }
      }
    }
    return -1;
  }
}
