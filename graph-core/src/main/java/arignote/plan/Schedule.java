package arignote.plan;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Op;
import arignote.ir.op.Probe;
import arignote.ir.op.Reshape;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import java.util.IdentityHashMap;
import java.util.List;

/// The order in which nodes run, and until when each value's memory is needed.
///
/// A value made by a view op (transpose, slice, broadcast, reshape) counts as the memory of what it
/// is made from, its [#storage].
public final class Schedule {
  private final List<Apply> order;
  private final IdentityHashMap<Variable, Variable> storage = new IdentityHashMap<>();
  private final IdentityHashMap<Variable, Integer> lastUse = new IdentityHashMap<>();

  /// @param order all nodes that the outputs need, each after those it needs
  public Schedule(Graph graph, List<Apply> order) {
    this.order = List.copyOf(order);
    for (int position = 0; position < order.size(); position++) {
      Apply apply = order.get(position);
      for (Variable operand : apply.operands()) {
        lastUse.put(storage(operand), position);
      }
      if (isView(apply.op())) {
        storage.put(apply.result(), storage(apply.operand(0)));
      }
    }
    for (Variable output : graph.outputs()) {
      lastUse.put(storage(output), order.size());
    }
  }

  public Schedule(Graph graph) {
    this(graph, graph.applies());
  }

  /// Whether the result can be another layout of the operand's memory.
  public static boolean isView(Op op) {
    return op instanceof Transpose
        || op instanceof Slice
        || op instanceof Broadcast
        || op instanceof Reshape
        || op instanceof Probe;
  }

  /// Whether a node writes this value to memory of its own: it is not a leaf, nor a view.
  public static boolean isWritten(Variable value) {
    return value instanceof Result result && !isView(result.apply().op());
  }

  public List<Apply> order() {
    return order;
  }

  /// The variable whose memory a value lies in: itself, or what it is a view of.
  public Variable storage(Variable variable) {
    return storage.getOrDefault(variable, variable);
  }

  /// The position of the last node that reads the memory of a value, through views too; the number
  /// of nodes if the graph returns it, -1 if nothing reads it.
  public int lastUse(Variable variable) {
    return lastUse.getOrDefault(storage(variable), -1);
  }

  /// Whether the memory of a value is free once the node at `position` has run.
  public boolean diesAt(Variable variable, int position) {
    return lastUse(variable) <= position;
  }

  /// Whether a node of the graph makes this value's memory: it is not a leaf, nor a view of one.
  public boolean isComputed(Variable variable) {
    return storage(variable) instanceof Result;
  }
}
