package arignote.backend.cpu.kernel;

import arignote.ir.Apply;
import arignote.ir.op.Binary;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.Select;
import arignote.ir.op.Unary;
import arignote.plan.LoopBody;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/// An elementwise node, or a fused one with reductions, as a loop. Reductions are no steps: what
/// one makes of a row is an operand of the loop, behind those that the sources of the body are.
///
/// @param reductions with what they combine, a value of the loop; each after those it needs
public record NodeLoop(LoopBody body, Loop loop, List<LoopBody.Reduction> reductions) {
  public NodeLoop {
    reductions = List.copyOf(reductions);
  }

  /// The loop of a node for which [LoopBody#isLoop] holds.
  public static NodeLoop of(Apply apply) {
    LoopBody body = LoopBody.of(apply);
    List<Operand> operands = new ArrayList<>();
    for (int i = 0; i < body.sources().size(); i++) {
      operands.add(
          switch (body.sources().get(i)) {
            case LoopBody.Operand _, LoopBody.Elements _ ->
                new Operand.Memory(body.values().get(i).dtype());
            case LoopBody.Position _, LoopBody.Length _ -> new Operand.Counter();
          });
    }
    body.reductions().forEach(value -> operands.add(new Operand.Memory(value.dtype())));
    StepBuilder steps = new StepBuilder(operands);
    List<LoopBody.Reduction> reductions = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    for (LoopBody.Value value : body.values()) {
      DType dtype = value.dtype();
      numbers.add(
          switch (value.origin()) {
            case LoopBody.Read _ -> value.number();
            case LoopBody.Literal(double floating, long whole) ->
                steps.value(
                    dtype.isFloat()
                        ? Step.Literal.of(dtype, floating)
                        : new Step.Literal(dtype, whole));
            case LoopBody.Step step -> value(steps, body, step, dtype, numbers);
            case LoopBody.Reduction(var fn, int of, Apply node) -> {
              reductions.add(new LoopBody.Reduction(fn, numbers.get(of), node));
              yield body.sources().size() + reductions.size() - 1;
            }
          });
    }
    List<Integer> outputs =
        body.targets().stream().map(target -> numbers.get(target.value())).toList();
    return new NodeLoop(body, steps.loop(outputs), reductions);
  }

  private static int value(
      StepBuilder steps, LoopBody body, LoopBody.Step step, DType dtype, List<Integer> numbers) {
    List<Integer> x = step.needed().stream().map(numbers::get).toList();
    DType from = body.values().get(step.needed().getFirst()).dtype();
    return switch (step.op()) {
      case Unary(var fn) -> steps.unary(fn, from, x.get(0));
      case Binary(var fn) -> steps.binary(fn, dtype, x.get(0), x.get(1));
      case Compare(var fn) -> steps.compare(fn, from, x.get(0), x.get(1));
      case Select _ -> steps.select(dtype, x.get(0), x.get(1), x.get(2));
      case Cast(DType to) -> steps.cast(from, to, x.get(0));
      default -> throw new IllegalArgumentException("not an elementwise op: " + step.op());
    };
  }

  /// Whether an operand of the loop is what a reduction makes of a row.
  public boolean isReduced(int operand) {
    return operand >= body.sources().size() && operand < loop.operands().size();
  }

  /// The reduction that an operand for which [#isReduced] holds is made by.
  public int reduction(int operand) {
    return operand - body.sources().size();
  }
}
