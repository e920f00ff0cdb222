package arignote.rewrite.passes;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Constant;
import arignote.ir.Dim;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Substitution;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.Cond;
import arignote.ir.op.CoreOp;
import arignote.ir.op.CustomOp;
import arignote.ir.op.DimSize;
import arignote.ir.op.Dot;
import arignote.ir.op.Fill;
import arignote.ir.op.Gemm;
import arignote.ir.op.Iota;
import arignote.ir.op.Random;
import arignote.ir.op.Scan;
import arignote.ir.op.Select;
import arignote.ir.op.Unary;
import arignote.reference.Interpreter;
import arignote.rewrite.InnerGraphs;
import arignote.rewrite.Pass;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Computes, with the reference interpreter, what depends on constants only; in scan bodies too.
///
/// ```
/// %0 = constant {value=2.0} : f32
/// %1 = log(%0) : f32                          %0 = constant {value=0.6931472} : f32
/// %2 = broadcast(%1) : f32[B]          =>     %1 = broadcast(%0) : f32[B]
/// %3 = neg(%2) : f32[B]                       %2 = constant {value=-0.6931472} : f32
/// return %1, %3                               %3 = broadcast(%2) : f32[B]
///                                             return %1, %3
/// ```
///
/// Tensors that repeat one number, fills and broadcast scalars, stay such. Other results are folded
/// up to a size; random numbers never; nor what fails, which it then does when it is called.
public final class FoldConstants implements Pass {
  /// A larger result is left to be computed.
  private static final long MOST_ELEMENTS = 1 << 14;

  /// As is one that takes more multiplications.
  private static final long MOST_WORK = 1 << 20;

  @Override
  public String name() {
    return "fold-constants";
  }

  @Override
  public Graph apply(Graph graph) {
    return fold(InnerGraphs.rewrite(graph, FoldConstants::fold));
  }

  private static Graph fold(Graph graph) {
    Substitution substitution = new Substitution();
    for (Apply apply : graph.applies()) {
      Apply rebuilt = substitution.rebuild(apply);
      folded(rebuilt)
          .ifPresent(values -> {
            for (int i = 0; i < values.size(); i++) {
              substitution.put(apply.results().get(i), values.get(i));
            }
          });
    }
    return substitution.apply(graph);
  }

  private static Optional<List<Variable>> folded(Apply apply) {
    if (!canFold(apply)) {
      return Optional.empty();
    }
    if (isElementwise(apply) && !apply.result().type().isScalar()) {
      Optional<List<HostTensor>> scalars = all(apply, FoldConstants::repeated);
      if (scalars.isPresent()) {
        return scalars.flatMap(values -> repeatedResult(apply, values));
      }
    }
    return isSmall(apply)
        ? all(apply, FoldConstants::value).flatMap(values -> evaluate(apply, values))
        : Optional.empty();
  }

  private static boolean canFold(Apply apply) {
    return switch (apply.op()) {
      case Random _, Scan _, Cond _, CustomOp _ -> false;
      case Fill _, Iota _ -> apply.result().type().isScalar();
      case Broadcast _ -> apply.operand(0).type().size().equals(apply.result().type().size());
      case DimSize _ -> true;
      case CoreOp _ -> true;
    };
  }

  private static boolean isElementwise(Apply apply) {
    return switch (apply.op()) {
      case Unary _, Binary _, Compare _, Select _, Cast _ -> true;
      default -> false;
    };
  }

  private static boolean isSmall(Apply apply) {
    long work = 1;
    if (apply.op() instanceof Dot || apply.op() instanceof Gemm) {
      work = apply.operand(0).type().shape().getLast().constant().orElse(MOST_WORK);
    }
    for (Result result : apply.results()) {
      long elements = result.type().size().constant().orElse(Long.MAX_VALUE);
      if (elements > MOST_ELEMENTS || elements * work > MOST_WORK) {
        return false;
      }
    }
    return apply.operands().stream()
        .allMatch(operand -> operand.type().size().constant().orElse(MOST_WORK) < MOST_WORK);
  }

  private interface Known {
    Optional<HostTensor> of(Variable variable);
  }

  private static Optional<List<HostTensor>> all(Apply apply, Known known) {
    List<HostTensor> values = new ArrayList<>();
    for (Variable operand : apply.operands()) {
      Optional<HostTensor> value = known.of(operand);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values.add(value.get());
    }
    return Optional.of(values);
  }

  private static Optional<HostTensor> value(Variable variable) {
    return switch (variable) {
      case Constant constant -> Optional.of(constant.value());
      case Result result when isSmall(result.apply()) -> madeOfNothing(result.apply());
      default -> Optional.empty();
    };
  }

  /// The value of what is better left to be made where it is read, for folding what reads it.
  private static Optional<HostTensor> madeOfNothing(Apply apply) {
    Optional<List<HostTensor>> operands =
        switch (apply.op()) {
          case Fill _, Iota _ -> Optional.of(List.of());
          case Broadcast _ when apply.operand(0) instanceof Constant constant ->
              Optional.of(List.of(constant.value()));
          default -> Optional.empty();
        };
    return operands
        .flatMap(values -> evaluate(apply, values))
        .map(made -> ((Constant) made.getFirst()).value());
  }

  /// The number that a tensor repeats.
  private static Optional<HostTensor> repeated(Variable variable) {
    return switch (variable) {
      case Constant constant when constant.type().isScalar() -> Optional.of(constant.value());
      case Result result ->
          switch (result.apply().op()) {
            case Fill(double value, TensorType type) ->
                Optional.of(HostTensor.scalar(type.dtype(), value));
            case Broadcast _
                when result.apply().operand(0) instanceof Constant constant
                    && constant.type().isScalar() ->
                Optional.of(constant.value());
            default -> Optional.empty();
          };
      default -> Optional.empty();
    };
  }

  private static Optional<List<Variable>> repeatedResult(Apply apply, List<HostTensor> scalars) {
    List<Constant> operands = scalars.stream().map(Constant::new).toList();
    Apply once = Apply.of(apply.op(), operands, apply.site());
    List<Dim> shape = apply.result().type().shape();
    return evaluate(once, scalars)
        .map(values -> List.of(Apply.of(new Broadcast(shape), values, apply.site()).result()));
  }

  private static Optional<List<Variable>> evaluate(Apply apply, List<HostTensor> operands) {
    try {
      return Optional.of(
          Interpreter.apply(apply, operands, new Bindings()).stream()
              .<Variable>map(Constant::new)
              .toList());
    } catch (EvaluationException | TypeException e) {
      // A wrong index, or a symbol that is not bound yet: to be met when the function is called.
      return Optional.empty();
    }
  }
}
