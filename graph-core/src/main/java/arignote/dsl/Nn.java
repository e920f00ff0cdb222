package arignote.dsl;

import static arignote.dsl.Maths.exp;
import static arignote.dsl.Maths.keepDims;
import static arignote.dsl.Maths.log;
import static arignote.dsl.Maths.max;
import static arignote.dsl.Maths.mean;
import static arignote.dsl.Maths.neg;
import static arignote.dsl.Maths.sub;
import static arignote.dsl.Maths.sum;

import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.tensor.DType;
import java.util.List;

/// Functions for neural networks, each a few ops.
public final class Nn {
  private Nn() {}

  /// `exp(x) / sum(exp(x))` along an axis, shifted by the largest element so that nothing
  /// overflows.
  public static Variable softmax(Variable x, int axis) {
    Promotion.axis("softmax", x, axis);
    Variable exponentials = exp(shifted(x, axis));
    return exponentials.div(keepDims(sum(exponentials, axis), x, axis));
  }

  /// `log(softmax(x))` along an axis, without its loss of precision.
  public static Variable logSoftmax(Variable x, int axis) {
    Promotion.axis("logSoftmax", x, axis);
    Variable shifted = shifted(x, axis);
    return sub(shifted, keepDims(log(sum(exp(shifted), axis)), x, axis));
  }

  /// `log(sum(exp(x)))` along an axis, without overflow.
  public static Variable logSumExp(Variable x, int axis) {
    Promotion.axis("logSumExp", x, axis);
    return log(sum(exp(shifted(x, axis)), axis)).add(max(x, axis));
  }

  private static Variable shifted(Variable x, int axis) {
    return sub(x, keepDims(max(x, axis), x, axis));
  }

  /// The mean cross-entropy of predicted probabilities `[B,C]` and true classes, integers `[B]`:
  /// `-mean(log(p[b, label[b]]))`. Prefer [#crossEntropyOfLogits] where the logits are at hand.
  public static Variable crossEntropy(Variable probabilities, Variable labels) {
    checkLabels("crossEntropy", probabilities, labels);
    return neg(mean(log(Shapes.pick(probabilities, labels))));
  }

  /// The mean cross-entropy of logits `[B,C]` and true classes, integers `[B]`.
  public static Variable crossEntropyOfLogits(Variable logits, Variable labels) {
    checkLabels("crossEntropyOfLogits", logits, labels);
    return neg(mean(Shapes.pick(logSoftmax(logits, -1), labels)));
  }

  private static void checkLabels(String function, Variable x, Variable labels) {
    TensorType expected =
        x.type().isScalar()
            ? TensorType.of(DType.I64, 1)
            : new TensorType(DType.I64, x.type().shape().subList(0, x.type().rank() - 1));
    boolean fits =
        labels.type().dtype().isInteger()
            && !x.type().isScalar()
            && labels.type().shape().equals(expected.shape());
    if (!fits) {
      throw new TypeException(
              "%s: the labels must be %s, a class for each row of %s; found %s%s"
                  .formatted(
                      function,
                      expected,
                      x.type(),
                      labels.type(),
                      labels.type().shape().equals(expected.shape())
                          ? "; cast them with cast(DType.I64)"
                          : ""))
          .naming(List.of(x, labels), Site.current())
          .at(Site.current());
    }
  }

  /// 1 at the position of each class and 0 elsewhere: integers `[..]` to `[..,classes]`. Rows of
  /// labels outside `0 <= label < classes` are all 0.
  public static Variable oneHot(Variable labels, int classes, DType dtype) {
    Variable positions = Values.iota(classes).cast(labels.type().dtype());
    return Shapes.expandDims(labels, -1).eq(positions).cast(dtype);
  }

  /// Each element kept with probability `keep` and set to 0 otherwise, not rescaled: what training
  /// multiplies by where evaluation multiplies by `keep` (Hinton et al.: Improving Neural Networks
  /// by Preventing Co-Adaptation of Feature Detectors, 2012).
  public static Variable dropout(Variable x, double keep, RandomStream random) {
    return x.mul(random.bernoulli(keep, x.type()));
  }
}
