package arignote.tests.runtime;

import static arignote.autodiff.Gradients.grad;
import static arignote.autodiff.optim.Optimisers.adadelta;
import static arignote.dsl.Values.input;
import static arignote.dsl.Values.shared;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.examples.imdb.LstmModel;
import arignote.examples.imdb.LstmModel.Params;
import arignote.examples.imdb.Options;
import arignote.examples.imdb.PackedParams;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.runtime.ArgumentException;
import arignote.runtime.Function;
import arignote.runtime.Memory;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// How much memory functions say that they take.
final class MemoryTest {
  @Test
  void memoryIsThatOfTheMostRecentLengths() {
    Shared w = shared("w", HostTensor.zeros(DType.F32, 3, 4));
    Input x = input("x", DType.F32, "N", 3);
    Function f = Function.compile().inputs(x).outputs(x.dot(w)).build("f");
    assertEquals(
        "memory of \"f\": it needs a length for each of [N], found {}; call the function first, or"
            + " use memory(Map.of(\"T\", 100L))",
        Messages.of(ArgumentException.class, f::memory));
    f.call(HostTensor.zeros(DType.F32, 5, 3));
    assertEquals(new Memory(0, 128, 3 * 4 * 4), f.memory());
    f.call(HostTensor.zeros(DType.F32, 7, 3));
    assertEquals(new Memory(0, 128, 3 * 4 * 4), f.memory());
    assertEquals(128 + 3 * 4 * 4, f.memory().total());
    assertEquals(new Memory(0, 192, 3 * 4 * 4), f.memory(Map.of("N", 9L)));
  }

  /// The tutorial's step against a count by hand: what is needed at the end of the loop over the
  /// words, where most is.
  @Test
  void theTutorialsStepTakesLittleMoreThanACountByHand() {
    long steps = 100;
    long batch = 16;
    long units = 128;
    long words = 10_000;
    long state = 4 * batch * units;
    long history = steps * state;
    long byHand =
        // The words' vectors, which the gradient of the input weights is made of.
        history
            // Their products with the input weights of four gates.
            + 4 * history
            // What the backward loop reads: h, c, four gates, tanh(c).
            + 7 * history
            // The recurrent weights of the four gates side by side, and one step's products with
            // them.
            + 4 * units * 4 * units
            + 4 * state;
    Memory memory = trained(steps, batch, units, words).memory();
    assertTrue(
        memory.arena() <= 1.2 * byHand,
        () -> "%d bytes, by hand %d".formatted(memory.arena(), byHand));
    assertEquals(HostTensor.ALIGNMENT, memory.results());
    long parameters = words * units + 8 * units * units + 4 * units + 2 * units + 2;
    assertEquals(3 * 4 * parameters, memory.shared(), "parameters and two states of Adadelta");
  }

  private static Function trained(long steps, long batch, long units, long words) {
    Map<String, String> sizes =
        Map.of("dim_proj", Long.toString(units), "n_words", Long.toString(words));
    Params p = PackedParams.share(PackedParams.initial(Options.of(sizes), DType.F32));
    LstmModel model = LstmModel.of(p, 0, Optional.empty());
    Function train =
        Function.compile()
            .inputs(model.tokens(), model.mask(), model.labels())
            .outputs(model.cost())
            .updates(adadelta(p, grad(model.cost(), p)))
            .build("train");
    train.call(
        HostTensor.zeros(DType.I64, steps, batch),
        HostTensor.zeros(DType.F32, steps, batch),
        HostTensor.zeros(DType.I64, batch));
    return train;
  }
}
