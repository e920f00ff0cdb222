package arignote.reference;

import static arignote.reference.Evaluated.f32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Gather;
import arignote.runtime.Backend;
import arignote.runtime.CompileOptions;
import arignote.runtime.Executable;
import arignote.runtime.Mode;
import arignote.runtime.Program;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReferenceBackendTest {
  private static Executable compile(Program program) {
    Backend backend =
        ServiceLoader.load(Backend.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(found -> found.name().equals("reference"))
            .findFirst()
            .orElseThrow();
    return backend.compile(
        program, new CompileOptions("cpu", Mode.REFERENCE, Set.of(), 1, Optional.empty(), true));
  }

  private static Variable add(Variable x, Variable y) {
    return Apply.of(new Binary(BinaryFn.ADD), List.of(x, y)).result();
  }

  @Test
  void updatesAreComputedFromOldValues() {
    Shared a = new Shared("a", f32(1));
    Shared b = new Shared("b", f32(10));
    Input x = new Input("x", TensorType.of(DType.F32, 1));
    Program exchange =
        new Program("exchange", new Graph(List.of(x), List.of(add(a, x), b, a)), List.of(a, b));
    Executable executable = compile(exchange);
    assertEquals("[f32[1] [101.0]]", executable.call(List.of(f32(100)), new Bindings()).toString());
    assertEquals("f32[1] [10.0]", a.get().toString());
    assertEquals("f32[1] [1.0]", b.get().toString());
    assertEquals("[f32[1] [110.0]]", executable.call(List.of(f32(100)), new Bindings()).toString());
  }

  @Test
  void anErrorUpdatesNothing() {
    Shared a = new Shared("a", f32(1));
    Shared b = new Shared("b", f32(10));
    Input index = new Input("i", TensorType.of(DType.I64, 1));
    Variable gathered = Apply.of(new Gather(0, 0), List.of(b, index)).result();
    Program program =
        new Program(
            "failing", new Graph(List.of(index), List.of(add(a, b), gathered)), List.of(a, b));
    assertThrows(
        EvaluationException.class,
        () -> compile(program).call(List.of(HostTensor.of(new long[] {5}, 1)), new Bindings()));
    assertEquals("f32[1] [1.0]", a.get().toString());
    assertEquals("f32[1] [10.0]", b.get().toString());
  }
}
