package arignote.tests.dsl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import arignote.dsl.Trees;
import arignote.dsl.Values;
import arignote.ir.Input;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.tensor.DType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TreesTest {
  private record Layer(Variable w, Variable b, int units) {}

  private record Net(List<Layer> layers, Map<String, Variable> heads, Variable scale) {}

  private record Narrow(Input x) {}

  private static Variable scalar(String name) {
    return Values.input(name, DType.F32);
  }

  @Test
  void pathsNameComponentsElementsAndKeys() {
    Net net =
        new Net(
            List.of(new Layer(scalar("a"), scalar("b"), 3), new Layer(scalar("c"), scalar("d"), 4)),
            Map.of("left", scalar("e")),
            scalar("f"));
    assertEquals(
        "[layers.0.w, layers.0.b, layers.1.w, layers.1.b, heads.left, scale]",
        Trees.leaves(net).keySet().toString());
  }

  @Test
  void rebuildingKeepsShapeOrderAndOtherValues() {
    Layer layer = new Layer(scalar("a"), scalar("b"), 3);
    Variable w = scalar("w");
    Variable b = scalar("b");
    Layer rebuilt = Trees.rebuild(layer, List.of(w, b));
    assertSame(w, rebuilt.w());
    assertSame(b, rebuilt.b());
    assertEquals(3, rebuilt.units());
  }

  @Test
  void aWrongNumberOfVariablesIsRefused() {
    TypeException error =
        assertThrows(
            TypeException.class,
            () -> Trees.rebuild(new Layer(scalar("a"), scalar("b"), 3), List.of(scalar("w"))));
    assertEquals("tree: Layer has 2 variables, 1 were given", error.getMessage());
  }

  @Test
  void aComponentThatIsTooNarrowIsNamed() {
    TypeException error =
        assertThrows(
            TypeException.class,
            () -> Trees.map(new Narrow(Values.input("x", DType.F32)), (_, x) -> x.neg()));
    assertEquals(
        "tree: the component \"x\" of Narrow is declared as Input and cannot hold a Result;"
            + " declare it as Variable",
        error.getMessage());
  }
}
