package arignote.backend.cuda;

import arignote.backend.cuda.codegen.ElementwiseKernel;
import arignote.backend.cuda.codegen.RowKernel;
import arignote.backend.cuda.kernel.Argument;
import arignote.backend.cuda.kernel.Launch;
import arignote.backend.cuda.kernel.Place;
import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.EvaluationException;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.op.Fused;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.plan.Layout;
import arignote.plan.LoopBody;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Prepares elementwise nodes and reductions, fused or single, as kernels; results go over operands
/// that nothing needs any more.
final class Loops {
  private final Block block;
  private final Apply apply;
  private final LoopBody body;
  private final long[] shape;
  private final List<Place> sources = new ArrayList<>();
  private final List<View> reads = new ArrayList<>();
  private final List<Place> targets = new ArrayList<>();
  private final List<View> writes = new ArrayList<>();

  private Loops(Block block, Apply apply) {
    this.block = block;
    this.apply = apply;
    this.body = LoopBody.of(apply);
    this.shape = block.shape(apply, LoopBody.loopType(apply));
  }

  static void lower(Block block, Apply apply, int position) {
    Loops loops = new Loops(block, apply);
    if (loops.body.reduced().isEmpty()) {
      loops.elementwise(position);
    } else {
      loops.rows();
    }
  }

  /// Copies elements to another layout of as many.
  static void copy(Block block, View from, View to) {
    long[] shape = from.layout().shape();
    if (from.layout().size() > 0) {
      Launch launch =
          ElementwiseKernel.of(
              LoopBody.copy(from.dtype(), shape.length),
              shape,
              List.of(Place.of(from)),
              List.of(Place.of(to)),
              block.gpu().processors());
      block.launch("copy", launch, List.of(from), List.of(to));
    }
  }

  private void elementwise(int position) {
    readSources();
    Set<Slot> taken = Collections.newSetFromMap(new IdentityHashMap<>());
    IdentityHashMap<Result, View> concatenated = new IdentityHashMap<>();
    for (LoopBody.Target target : body.targets()) {
      Result result = apply.results().get(target.result());
      View view =
          switch (target) {
            case LoopBody.Whole _ -> block.resultOverOperand(apply, result, position, taken);
            case LoopBody.Part part ->
                part(part, concatenated.computeIfAbsent(result, _ -> block.result(apply, result)));
            case LoopBody.OfRows _ -> throw new IllegalStateException("no rows in " + apply);
          };
      taken.add(view.slot());
      writes.add(view);
      targets.add(Place.of(view));
    }
    if (Layout.dense(shape).size() > 0) {
      Launch launch = ElementwiseKernel.of(body, shape, sources, targets, block.gpu().processors());
      block.launch("loop", launch, reads, writes);
    }
  }

  private void rows() {
    readSources();
    IdentityHashMap<Result, View> results = new IdentityHashMap<>();
    for (LoopBody.Target target : body.targets()) {
      Result result = apply.results().get(target.result());
      View whole = results.computeIfAbsent(result, _ -> block.result(apply, result));
      View view =
          switch (target) {
            case LoopBody.Whole _, LoopBody.OfRows _ -> whole;
            case LoopBody.Part part -> part(part, whole);
          };
      writes.add(view);
      targets.add(
          target instanceof LoopBody.OfRows(_, _, List<Integer> axes)
              ? Place.along(view, axes, shape.length)
              : Place.of(view));
    }
    checkNotEmpty();
    if (writes.stream().allMatch(view -> view.layout().size() == 0)) {
      return;
    }
    RowKernel kernel =
        new RowKernel(body, shape, body.reduced(), sources, targets, block.gpu().processors());
    long parts = kernel.parts();
    if (parts == 1) {
      block.launch("rows", kernel.whole(), reads, writes);
    } else {
      inParts(kernel, parts);
    }
  }

  /// The largest of no elements has no value.
  private void checkNotEmpty() {
    long length = 1;
    long rows = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      if (body.reduced().contains(axis)) {
        length *= shape[axis];
      } else {
        rows *= shape[axis];
      }
    }
    for (LoopBody.Value value : body.reductions()) {
      LoopBody.Reduction reduction = (LoopBody.Reduction) value.origin();
      boolean bounded = reduction.fn() == ReduceFn.MAX || reduction.fn() == ReduceFn.MIN;
      if (bounded && length == 0 && rows > 0) {
        // The node of a single op stands for itself; one in a fused loop names the user's op.
        Apply named = apply.op() instanceof Fused ? reduction.apply() : apply;
        throw EvaluationException.of(
            named,
            "no elements along the axes %s of %s"
                .formatted(body.reduced(), type(value.dtype(), shape)));
      }
    }
  }

  private static String type(DType dtype, long[] shape) {
    return dtype + Arrays.toString(shape).replace(" ", "");
  }

  /// Two kernels: one reduces rows in parts, another for each result the parts.
  private void inParts(RowKernel kernel, long parts) {
    List<Argument> scratch = new ArrayList<>();
    List<View> partial = new ArrayList<>();
    for (View view : writes) {
      long rows = view.layout().size();
      Slot slot = block.allocate(rows * parts * view.dtype().bytes());
      View made = View.dense(slot, view.dtype(), rows, parts);
      partial.add(made);
      scratch.add(Argument.Address.of(made));
    }
    block.launch("parts", kernel.inParts(parts, scratch), reads, partial);
    for (int i = 0; i < writes.size(); i++) {
      View from = partial.get(i);
      View to = writes.get(i);
      ReduceFn fn =
          ((LoopBody.Reduction) body.values().get(body.targets().get(i).value()).origin()).fn();
      Input rows = new Input("parts", TensorType.of(to.dtype(), from.layout().shape()));
      Apply join = Apply.of(new Reduce(fn, List.of(1)), List.of(rows), apply.site());
      Place target =
          new Place(Optional.of(to.slot()), to.dtype(), to.layout().offset(), new long[] {1, 0});
      RowKernel joining =
          new RowKernel(
              LoopBody.of(join),
              from.layout().shape(),
              List.of(1),
              List.of(Place.of(from)),
              List.of(target),
              block.gpu().processors());
      block.launch("rows", joining.whole(), List.of(from), List.of(to));
    }
  }

  private void readSources() {
    for (LoopBody.Source source : body.sources()) {
      sources.add(
          switch (source) {
            case LoopBody.Operand(int index, List<Integer> axes) ->
                along(block.view(apply.operand(index)), axes);
            case LoopBody.Elements(var constant, List<Integer> axes) ->
                along(block.view(constant), axes);
            case LoopBody.Position(int axis) -> Place.position(axis, shape.length);
            case LoopBody.Length(Dim dim) ->
                Place.number(block.lengths().length(apply, dim), shape.length);
          });
    }
  }

  private Place along(View view, List<Integer> axes) {
    reads.add(view);
    return Place.along(view, axes, shape.length);
  }

  /// The part of a result that an output of a loop writes.
  private View part(LoopBody.Part part, View whole) {
    long start = block.lengths().length(apply, part.start());
    long size = block.lengths().length(apply, part.size());
    return whole.with(whole.layout().slice(part.axis(), start, size, 1));
  }
}
