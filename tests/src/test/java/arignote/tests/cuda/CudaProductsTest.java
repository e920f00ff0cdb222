package arignote.tests.cuda;

import static arignote.dsl.Values.input;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import arignote.ir.Input;
import arignote.runtime.FlagException;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Products round their operands to TF32 only in functions that were compiled with leave to do so.
class CudaProductsTest {
  private static final String PROPERTY = "arignote.cuda.tf32";

  /// TF32 has 10 bits behind the first, so this is 1 there.
  private static final double CLOSE_TO_ONE = 1 + 0x1p-12;

  @BeforeAll
  static void prepare() {
    StandIn.prepare();
  }

  @AfterEach
  void restore() {
    System.clearProperty(PROPERTY);
  }

  private static Function product(DType dtype) {
    Input x = input("x", dtype, 32, 32);
    Input y = input("y", dtype, 32, 32);
    return Function.compile()
        .options(StandIn.options("gpu"))
        .inputs(x, y)
        .outputs(x.dot(y))
        .build("product");
  }

  private static HostTensor diagonal(DType dtype, double value) {
    HostTensor diagonal = HostTensor.zeros(dtype, 32, 32);
    for (int i = 0; i < 32; i++) {
      diagonal.setDouble(33L * i, value);
    }
    return diagonal;
  }

  private static double first(Function product, DType dtype) {
    return product.call(diagonal(dtype, CLOSE_TO_ONE), diagonal(dtype, 1)).get(0).getDouble(0);
  }

  /// The functions share a session, and with it what cuBLAS knows.
  @Test
  void operandsAreRoundedOnlyWhereThatIsAllowed() {
    Function exact = product(DType.F32);
    System.setProperty(PROPERTY, "true");
    Function rounding = product(DType.F32);
    Function wide = product(DType.F64);
    System.setProperty(PROPERTY, "false");
    Function exactAgain = product(DType.F32);
    // Done, captured, replayed.
    for (int call = 0; call < 3; call++) {
      assertEquals(CLOSE_TO_ONE, first(exact, DType.F32));
      assertEquals(1, first(rounding, DType.F32));
      assertEquals(CLOSE_TO_ONE, first(wide, DType.F64));
      assertEquals(CLOSE_TO_ONE, first(exactAgain, DType.F32));
    }
  }

  @Test
  void anotherValueIsRefused() {
    System.setProperty(PROPERTY, "yes");
    assertEquals(
        "flag arignote.cuda.tf32: \"yes\" is not one of its values: true, false",
        assertThrows(FlagException.class, () -> product(DType.F32)).getMessage());
  }
}
