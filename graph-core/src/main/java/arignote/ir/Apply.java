package arignote.ir;

import arignote.ir.op.Op;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// One application of an op to operands: a node of a graph, with identity, never changed.
public final class Apply {
  private final Op op;
  private final List<Variable> operands;
  private final List<Result> results;
  private final Site site;

  private Apply(Op op, List<Variable> operands, List<TensorType> types, Site site) {
    this.op = op;
    this.operands = operands;
    this.site = site;
    List<Result> made = new ArrayList<>(types.size());
    for (int i = 0; i < types.size(); i++) {
      made.add(new Result(this, i, types.get(i)));
    }
    this.results = List.copyOf(made);
  }

  /// Applies an op at the user's current source line.
  ///
  /// @throws TypeException if the op cannot take operands of these types
  public static Apply of(Op op, List<? extends Variable> operands) {
    return of(op, operands, Site.current());
  }

  /// Applies an op, with the site of the node it stands for.
  ///
  /// @throws TypeException if the op cannot take operands of these types
  public static Apply of(Op op, List<? extends Variable> operands, Site site) {
    List<Variable> copy = List.copyOf(operands);
    List<TensorType> types;
    try {
      types = op.inferTypes(copy.stream().map(Variable::type).toList());
    } catch (TypeException e) {
      throw e.naming(copy, site).at(site);
    }
    Apply apply = new Apply(op, copy, types, site);
    Recording.made(apply);
    return apply;
  }

  public Op op() {
    return op;
  }

  public List<Variable> operands() {
    return operands;
  }

  public Variable operand(int index) {
    return operands.get(index);
  }

  public List<Result> results() {
    return results;
  }

  /// The only result.
  ///
  /// @throws IllegalStateException if the op has not exactly one
  public Result result() {
    if (results.size() != 1) {
      throw new IllegalStateException(op.mnemonic() + " has " + results.size() + " results");
    }
    return results.getFirst();
  }

  /// Where in the user's code this node comes from.
  public Site site() {
    return site;
  }

  /// The dtypes of the operands, for messages and dispatch.
  public List<DType> operandDtypes() {
    return operands.stream().map(operand -> operand.type().dtype()).toList();
  }

  /// `dot(f32[T,B], f32[B,2]) (Model.java:41)`.
  @Override
  public String toString() {
    return op.mnemonic()
        + operands.stream()
            .map(operand -> operand.type().toString())
            .collect(Collectors.joining(", ", "(", ")"))
        + " ("
        + site
        + ")";
  }
}
