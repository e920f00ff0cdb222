package arignote.reference;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.Binary;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.Concat;
import arignote.ir.op.Cond;
import arignote.ir.op.CoreOp;
import arignote.ir.op.Cumulate;
import arignote.ir.op.CustomOp;
import arignote.ir.op.DimSize;
import arignote.ir.op.Dot;
import arignote.ir.op.Fill;
import arignote.ir.op.Fused;
import arignote.ir.op.Gather;
import arignote.ir.op.Gemm;
import arignote.ir.op.Iota;
import arignote.ir.op.Pad;
import arignote.ir.op.Probe;
import arignote.ir.op.Random;
import arignote.ir.op.Reduce;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scan;
import arignote.ir.op.Scatter;
import arignote.ir.op.Select;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// One call of the interpreter: runs graphs, and the graphs inside their ops, under the lengths
/// that the call bound to symbols.
final class Evaluation {
  private final Bindings bindings;
  private final IdentityHashMap<Graph, EvaluationOrder> orders = new IdentityHashMap<>();

  private final Observer observer;

  Evaluation(Bindings bindings) {
    this(bindings, Observer.NONE);
  }

  Evaluation(Bindings bindings, Observer observer) {
    this.bindings = bindings;
    this.observer = observer;
  }

  /// The values of a graph's outputs, each a tensor of its own.
  List<HostTensor> run(Graph graph, List<HostTensor> inputs) {
    return run(orders.computeIfAbsent(graph, EvaluationOrder::of), inputs);
  }

  /// The values of the outputs of a graph whose order is known, each a tensor of its own.
  List<HostTensor> run(EvaluationOrder order, List<HostTensor> inputs) {
    Graph graph = order.graph();
    IdentityHashMap<Variable, HostTensor> values = new IdentityHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      values.put(graph.inputs().get(i), inputs.get(i));
    }
    for (EvaluationOrder.Step step : order.steps()) {
      Apply apply = step.apply();
      List<HostTensor> operands = new ArrayList<>(apply.operands().size());
      for (Variable operand : apply.operands()) {
        operands.add(valueOf(operand, values));
      }
      List<HostTensor> results = apply(apply, operands);
      observer.computed(apply, operands, results);
      for (int i = 0; i < results.size(); i++) {
        values.put(apply.results().get(i), results.get(i));
      }
      step.dead().forEach(values::remove);
    }
    return outputs(graph, values);
  }

  private static List<HostTensor> outputs(
      Graph graph, IdentityHashMap<Variable, HostTensor> values) {
    List<HostTensor> outputs = new ArrayList<>();
    Set<Variable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Variable output : graph.outputs()) {
      HostTensor value = valueOf(output, values);
      boolean owned = output instanceof Result && seen.add(output);
      outputs.add(owned ? value : value.copy());
    }
    return outputs;
  }

  private static HostTensor valueOf(
      Variable variable, IdentityHashMap<Variable, HostTensor> values) {
    return switch (variable) {
      case Constant constant -> constant.value();
      case Shared shared -> shared.store().toHost();
      case Input _, Result _ -> {
        HostTensor value = values.get(variable);
        if (value == null) {
          throw new IllegalStateException("the graph is not closed: no value for " + variable);
        }
        yield value;
      }
    };
  }

  /// The results of one node, new tensors, from the values of its operands.
  List<HostTensor> apply(Apply apply, List<HostTensor> operands) {
    Call call = new Call(apply, operands, bindings);
    return switch (apply.op()) {
      case CoreOp op -> core(op, call);
      case Probe probe -> {
        boolean holds = operands.size() < 2 || operands.get(1).item() != 0;
        observer.probe(probe, apply, operands.getFirst(), holds);
        yield List.of(operands.getFirst().copy());
      }
      case CustomOp op -> {
        List<TensorType> types = apply.operands().stream().map(Variable::type).toList();
        yield run(apply.site().during(() -> op.decomposition(types)), operands);
      }
    };
  }

  private List<HostTensor> core(CoreOp op, Call call) {
    return switch (op) {
      case Unary unary -> List.of(Elementwise.unary(unary, call));
      case Binary binary -> List.of(Elementwise.binary(binary, call));
      case Compare compare -> List.of(Elementwise.compare(compare, call));
      case Select _ -> List.of(Elementwise.select(call));
      case Cast cast -> List.of(Elementwise.cast(cast, call));
      case Reduce reduce -> List.of(Reductions.reduce(reduce, call));
      case ArgReduce argReduce -> List.of(Reductions.argReduce(argReduce, call));
      case Cumulate cumulate -> List.of(Reductions.cumulate(cumulate, call));
      case Dot dot -> List.of(Dots.dot(dot, call));
      case Gemm gemm -> List.of(Dots.gemm(gemm, call));
      case Broadcast _ -> List.of(Movement.broadcast(call));
      case Reshape _ -> List.of(Movement.reshape(call));
      case Transpose transpose -> List.of(Movement.transpose(transpose, call));
      case Slice slice -> List.of(Movement.slice(slice, call));
      case Pad pad -> List.of(Movement.pad(pad, call));
      case Concat concat -> List.of(Movement.concat(concat, call));
      case Gather gather -> List.of(Indexing.gather(gather, call));
      case Scatter scatter -> List.of(Indexing.scatter(scatter, call));
      case Fill fill -> List.of(Creation.fill(fill, call));
      case Iota iota -> List.of(Creation.iota(iota, call));
      case DimSize dimSize -> List.of(Creation.dimSize(dimSize, call));
      case Random _ -> List.of(Creation.random(call));
      case Scan scan -> Loops.scan(scan, call, this);
      case Cond(Graph then, Graph otherwise) -> {
        boolean taken = call.operand(0).item() != 0;
        List<HostTensor> captured = call.operands().subList(1, call.operands().size());
        yield run(taken ? then : otherwise, captured);
      }
      case Fused fused -> run(fused.body(), call.operands());
    };
  }
}
