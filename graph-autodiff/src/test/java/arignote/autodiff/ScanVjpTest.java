package arignote.autodiff;

import static arignote.autodiff.Evaluations.uniform;
import static arignote.autodiff.testing.GradientCheck.checkGradient;
import static arignote.dsl.Maths.select;
import static arignote.dsl.Maths.sigmoid;
import static arignote.dsl.Maths.sum;
import static arignote.dsl.Maths.tanh;
import static arignote.dsl.Shapes.slice;

import arignote.dsl.Loop;
import arignote.dsl.Scanned;
import arignote.ir.Variable;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScanVjpTest {
  private static final long SEED = 20;

  private final Random random = new Random(SEED);

  private HostTensor normal(long... shape) {
    return uniform(random, -1, 1, shape);
  }

  record Element(Variable x, Variable mask) {}

  record State(Variable h, Variable c) {}

  /// The cell of the tutorial, its four products as one, a masked step.
  private static State lstm(Variable w, Variable u, Variable b, Element in, State s) {
    Variable z = in.x().dot(w).add(s.h().dot(u)).add(b);
    Variable i = sigmoid(slice(z, 1, 0, 3));
    Variable f = sigmoid(slice(z, 1, 3, 6));
    Variable o = sigmoid(slice(z, 1, 6, 9));
    Variable g = tanh(slice(z, 1, 9, 12));
    Variable c = f.mul(s.c()).add(i.mul(g));
    Variable h = o.mul(tanh(c));
    Variable live = in.mask().gt(0).expandDims(1);
    return new State(select(live, h, s.h()), select(live, c, s.c()));
  }

  @Test
  void lstmWithMask() {
    HostTensor mask = HostTensor.of(new long[] {1, 1, 1, 1, 1, 0, 1, 0}, 4, 2);
    checkGradient(
        SEED,
        List.of(normal(4, 2, 3), mask, normal(2, 3), normal(2, 3), normal(3, 12), normal(3, 12), normal(12)),
        in -> {
          Scanned<State> run =
              Loop.scan(
                  new Element(in.get(0), in.get(1)),
                  new State(in.get(2), in.get(3)),
                  (element, state) -> lstm(in.get(4), in.get(5), in.get(6), element, state));
          return List.of(run.history().h(), run.last().c());
        });
  }
}
