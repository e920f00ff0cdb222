package arignote.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.backend.cpu.blas.Blas;
import arignote.backend.cpu.codegen.Kernels;
import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.HostStore;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.SharedStore;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Fill;
import arignote.ir.op.Gather;
import arignote.ir.op.Gemm;
import arignote.ir.op.Op;
import arignote.ir.op.Scatter;
import arignote.ir.op.ScatterFn;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.runtime.Program;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Shared variables get new values that are all computed from old ones.
class UpdatesTest {
  private static Shared shared(String name, float... values) {
    return new Shared(name, HostTensor.of(values, values.length));
  }

  private static Variable apply(Op op, Variable... operands) {
    return Apply.of(op, List.of(operands)).result();
  }

  private static Variable add(Variable x, Variable y) {
    return apply(new Binary(BinaryFn.ADD), x, y);
  }

  private static Compiled compile(
      List<Input> inputs, List<Shared> updated, List<? extends Variable> outputs) {
    return Compiled.of(new Graph(inputs, List.copyOf(outputs)), updated, 1);
  }

  private static void assertValue(String expected, Shared shared) {
    assertEquals(expected, shared.get().elementsToString());
  }

  @Test
  void variablesChangePlaces() {
    Shared a = shared("a", 1, 2);
    Shared b = shared("b", 3, 4);
    Compiled swap = compile(List.of(), List.of(a, b), List.of(b, a));
    swap.call();
    assertValue("[3.0, 4.0]", a);
    assertValue("[1.0, 2.0]", b);
  }

  @Test
  void eachOfTwoSeesTheOldValueOfTheOther() {
    Shared a = shared("a", 1, 2);
    Shared b = shared("b", 10, 20);
    Compiled compiled = compile(List.of(), List.of(a, b), List.of(add(a, b), add(a, b)));
    compiled.call();
    assertValue("[11.0, 22.0]", a);
    assertValue("[11.0, 22.0]", b);
    compiled.call();
    assertValue("[22.0, 44.0]", a);
  }

  @Test
  void resultsShowOldValuesEvenWhenUpdatedInPlace() {
    Shared a = shared("a", 1, 2);
    Variable next = add(a, a);
    Compiled compiled = compile(List.of(), List.of(a), List.of(a, next, next));
    List<HostTensor> results = compiled.call();
    assertEquals("[1.0, 2.0]", results.get(0).elementsToString());
    assertEquals("[2.0, 4.0]", results.get(1).elementsToString());
    assertValue("[2.0, 4.0]", a);
    compiled.call();
    assertEquals("[1.0, 2.0]", results.get(0).elementsToString());
    assertEquals("[2.0, 4.0]", results.get(1).elementsToString());
  }

  @Test
  void aVariableReadAtOtherPositionsIsNotOverwrittenEarly() {
    Shared a = new Shared("a", HostTensor.of(new float[] {1, 2, 3, 4}, 2, 2));
    Variable transposed = apply(new Transpose(List.of(1, 0)), a);
    Compiled compiled = compile(List.of(), List.of(a), List.of(add(a, transposed)));
    compiled.call();
    assertValue("[[2.0, 5.0], [5.0, 8.0]]", a);
  }

  @Test
  void aVariableMayBecomeItsOwnTranspose() {
    Shared a = new Shared("a", HostTensor.of(new float[] {1, 2, 3, 4}, 2, 2));
    compile(List.of(), List.of(a), List.of(apply(new Transpose(List.of(1, 0)), a))).call();
    assertValue("[[1.0, 3.0], [2.0, 4.0]]", a);
  }

  @Test
  void afterAnErrorNothingHasChanged() {
    Shared a = shared("a", 1, 2);
    Shared b = shared("b", 3, 4);
    Input index = new Input("i", TensorType.scalar(DType.I64));
    Variable picked = apply(new Gather(0, 0), a, index);
    // The failing op depends on nothing that is updated first, and needs the new value second.
    Variable newA = add(a, a);
    Variable late = apply(new Gather(0, 0), newA, index);
    Compiled compiled =
        compile(List.of(index), List.of(a, b), List.of(picked, late, newA, add(b, b)));
    assertThrows(EvaluationException.class, () -> compiled.call(HostTensor.scalar(DType.I64, 2L)));
    assertValue("[1.0, 2.0]", a);
    assertValue("[3.0, 4.0]", b);
    compiled.call(HostTensor.scalar(DType.I64, 1L));
    assertValue("[2.0, 4.0]", a);
    assertValue("[6.0, 8.0]", b);
  }

  @Test
  void elementwiseUpdatesNeedNoMemory() {
    Shared big = new Shared("big", HostTensor.zeros(DType.F32, 1000, 1000));
    assertEquals(0, memoryOf(big, apply(new Unary(UnaryFn.EXP), big)));
  }

  @Test
  void addingAProductNeedsNoSecondMatrixUnlessTheVariableIsAFactor() {
    Shared x = new Shared("x", HostTensor.zeros(DType.F32, 1000, 10));
    Shared y = new Shared("y", HostTensor.zeros(DType.F32, 10, 1000));
    Shared big = new Shared("big", HostTensor.zeros(DType.F32, 1000, 1000));
    long scratch = memoryOf(big, apply(new Gemm(-0.5, 1), x, y, big));
    assertTrue(scratch < 100_000, () -> scratch + " bytes");
    assertEquals(4_000_000 + scratch, memoryOf(big, apply(new Gemm(1, 1), big, big, big)));
  }

  /// A gradient that is kept: zeros, some rows added to. The rows' indices are checked first.
  @Test
  void newValuesThatDoNotNeedTheOldOnesAreWrittenInPlace() {
    Shared kept = new Shared("kept", HostTensor.zeros(DType.F32, 1000, 1000));
    Input index = new Input("i", TensorType.of(DType.I64, 2));
    Input rows = new Input("g", TensorType.of(DType.F32, 2, 1000));
    Variable zeros = apply(new Fill(0, kept.type()));
    Variable next = apply(new Scatter(ScatterFn.ADD, 0, 0), zeros, index, rows);
    Compiled compiled = compile(List.of(index, rows), List.of(kept), List.of(next));
    assertEquals(0, memoryOf(List.of(index, rows), kept, next));
    HostTensor ones = HostTensor.zeros(DType.F32, 2, 1000);
    for (long i = 0; i < 2000; i++) {
      ones.setDouble(i, 1);
    }
    HostTensor places = HostTensor.of(new long[] {7, 7}, 2);
    compiled.call(places, ones);
    compiled.call(places, ones);
    assertEquals(2, kept.get().getDouble(7 * 1000));
    HostTensor outside = HostTensor.of(new long[] {3, 1000}, 2);
    assertThrows(EvaluationException.class, () -> compiled.call(outside, ones));
    assertEquals(2, kept.get().getDouble(7 * 1000 + 5));
    assertEquals(0, kept.get().getDouble(3 * 1000));
  }

  private static long memoryOf(Shared updated, Variable next) {
    return memoryOf(List.of(), updated, next);
  }

  private static long memoryOf(List<Input> inputs, Shared updated, Variable next) {
    Compiled compiled = compile(inputs, List.of(updated), List.of(next));
    return new ProgramPreparation(
            new Program("test", compiled.graph(), List.of(updated)),
            new Toolbox(Kernels.create(), new Workers(1), Blas::load, 1, Optional.empty()))
        .prepare(new Bindings())
        .bytes();
  }

  @Test
  void productsAreAddedToOldValues() {
    Shared a = new Shared("a", HostTensor.of(new float[] {1, 2, 3, 4}, 2, 2));
    Shared b = new Shared("b", HostTensor.of(new float[] {0, 1, 1, 0}, 2, 2));
    List<Variable> next = List.of(apply(new Gemm(-1, 2), b, b, a), apply(new Gemm(1, 1), a, b, b));
    compile(List.of(), List.of(a, b), next).call();
    assertValue("[[1.0, 4.0], [6.0, 7.0]]", a);
    assertValue("[[2.0, 2.0], [5.0, 3.0]]", b);
  }

  @Test
  void aVariableOnAnotherDeviceComesToTheHost() {
    Shared a = shared("a", 1, 2);
    HostTensor elsewhere = HostTensor.of(new float[] {5, 6}, 2);
    a.moveTo(new OtherDevice(elsewhere));
    Compiled compiled = compile(List.of(), List.of(a), List.of(add(a, a)));
    compiled.call();
    assertValue("[10.0, 12.0]", a);
    assertEquals("[5.0, 6.0]", elsewhere.elementsToString());
    SharedStore store = a.store();
    assertNotSame(OtherDevice.class, store.getClass());
    compiled.call();
    assertSame(store, a.store());
    assertEquals(HostStore.class, store.getClass());
  }

  private record OtherDevice(HostTensor toHost) implements SharedStore {
    @Override
    public void fromHost(HostTensor value) {
      throw new AssertionError("nobody writes here");
    }

    @Override
    public void close() {}
  }
}
