package arignote.tests.runtime;

import static arignote.dsl.Values.input;
import static arignote.dsl.Values.shared;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import arignote.dsl.RandomStream;
import arignote.dsl.Values;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.runtime.CompileException;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class FunctionCopyTest {
  private final Input x = input("x", DType.F64);
  private final Shared total = shared("total", scalar(0));
  private final Shared rate = shared("rate", scalar(2));

  /// Adds `rate * x` to the total; the total before is the result.
  private final Function add =
      Function.compile()
          .inputs(x)
          .outputs(total)
          .update(total, total.add(rate.mul(x)))
          .build("add");

  private static HostTensor scalar(double value) {
    return HostTensor.scalar(DType.F64, value);
  }

  @Test
  void swappedVariablesAreReadAndUpdatedInPlaceOfTheOthers() {
    Shared other = shared("other", scalar(100));
    Function copy = add.copy(Map.of(total, other));
    assertEquals("add", copy.name());
    assertEquals(100, copy.call(scalar(3)).item());
    assertEquals(106, other.get().item());
    assertEquals(0, total.get().item());
    assertEquals(0, add.call(scalar(1)).item());
    assertEquals(2, total.get().item());
    assertEquals(106, other.get().item());
  }

  @Test
  void onlyReadVariablesCanBeSwappedToo() {
    Shared fast = shared("fast", scalar(10));
    add.copy(Map.of(rate, fast)).call(scalar(1));
    assertEquals(10, total.get().item());
  }

  @Test
  void withoutUpdatesNothingChanges() {
    Function look = add.copy().withoutUpdates().build("look");
    assertEquals("look", look.name());
    total.set(scalar(5));
    assertEquals(5, look.call(scalar(3)).item());
    assertEquals(5, look.call(scalar(3)).item());
    assertEquals(5, total.get().item());
  }

  @Test
  void twoVariablesCanExchangeTheirPlaces() {
    Function swapped = add.copy().swap(total, rate).swap(rate, total).build();
    total.set(scalar(5));
    assertEquals(2, swapped.call(scalar(3)).item());
    assertEquals(17, rate.get().item());
    assertEquals(5, total.get().item());
  }

  @Test
  void copiesOfCopies() {
    Shared fast = shared("fast", scalar(10));
    Shared other = shared("other", scalar(100));
    Function copy = add.copy(Map.of(rate, fast)).copy(Map.of(total, other));
    copy.call(scalar(1));
    assertEquals(110, other.get().item());
    assertEquals(0, total.get().item());
  }

  @Test
  void randomStreamsOfACopyWithoutUpdatesRepeatThemselves() {
    Function draw =
        Function.compile()
            .outputs(new RandomStream(3).uniform(Values.type(DType.F64)))
            .build("draw");
    Function still = draw.copy().withoutUpdates().build();
    assertEquals(still.call().item(), still.call().item());
    double first = draw.call().item();
    assertNotEquals(first, draw.call().item());
  }

  private static String message(Executable code) {
    return Messages.of(CompileException.class, code);
  }

  @Test
  void whatCannotBeSwappedIsNamed() {
    Shared matrix = shared("matrix", HostTensor.zeros(DType.F64, 2, 2));
    Shared other = shared("other", scalar(1));
    assertEquals(
        "copy of \"add\": cannot swap \"total\", which is f64, for \"matrix\", which is f64[2,2]; it"
            + " must be of the same type",
        message(() -> add.copy(Map.of(total, matrix))));
    assertEquals(
        "copy of \"add\": it does not use the shared variable \"other\"; it uses [rate, total]",
        message(() -> add.copy(Map.of(other, total))));
    assertEquals(
        "copy of \"add\": \"total\" is swapped already",
        message(() -> add.copy().swap(total, other).swap(total, rate)));
    Function both =
        Function.compile().update(total, total.add(1)).update(rate, rate.add(1)).build("both");
    assertEquals(
        "copy of \"both\": \"rate\" would have two updates; swap the other variable too, or leave"
            + " updates out",
        message(() -> both.copy(Map.of(total, rate))));
  }
}
