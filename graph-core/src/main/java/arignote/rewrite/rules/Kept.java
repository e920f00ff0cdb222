package arignote.rewrite.rules;

import arignote.ir.Dim;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Reshape;
import java.util.ArrayList;
import java.util.List;

/// A reading of a variable as something reduced and repeated again, see [Pattern.Keep].
///
/// @param reduced what is repeated
/// @param aligned its lengths, those of the axes that the reduction took away being 1, axis by axis
///   with `shape`
/// @param shape the lengths after the repetition
record Kept(Variable reduced, List<Dim> aligned, List<Dim> shape) {
  /// The readings of a variable.
  static List<Kept> of(Variable variable) {
    List<Dim> shape = variable.type().shape();
    Variable source = variable;
    if (variable instanceof Result result && result.apply().op() instanceof Broadcast) {
      source = result.apply().operand(0);
    }
    List<Dim> aligned = new ArrayList<>();
    while (aligned.size() + source.type().rank() < shape.size()) {
      aligned.add(Dim.of(1));
    }
    aligned.addAll(source.type().shape());
    List<Kept> readings = new ArrayList<>();
    readings.add(new Kept(source, aligned, shape));
    if (source instanceof Result result && result.apply().op() instanceof Reshape) {
      readings.add(new Kept(result.apply().operand(0), aligned, shape));
    }
    return readings;
  }

  /// Whether a reduction of these axes took away what was repeated, and nothing else was.
  boolean isAlong(List<?> axes) {
    List<Dim> rest = new ArrayList<>();
    for (int axis = 0; axis < shape.size(); axis++) {
      if (axes.contains((long) axis)) {
        if (!aligned.get(axis).is(1)) {
          return false;
        }
      } else {
        if (!aligned.get(axis).equals(shape.get(axis))) {
          return false;
        }
        rest.add(aligned.get(axis));
      }
    }
    return rest.equals(reduced.type().shape());
  }
}
