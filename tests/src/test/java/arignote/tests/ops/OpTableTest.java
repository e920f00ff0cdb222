package arignote.tests.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.dsl.Maths;
import arignote.ir.GraphVerifier;
import arignote.ir.op.ArgReduceFn;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.CompareFn;
import arignote.ir.op.CoreOp;
import arignote.ir.op.CumulateFn;
import arignote.ir.op.Named;
import arignote.ir.op.Op;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.ScatterFn;
import arignote.ir.op.UnaryFn;
import arignote.ir.text.IrParser;
import arignote.ir.text.IrPrinter;
import arignote.reference.ReferenceBackend;
import arignote.runtime.Backend;
import arignote.tensor.HostTensor;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The table itself: nothing is missing, every case is well formed and can be computed.
class OpTableTest {
  /// Functions of the DSL that have another name because their op has no function, or more
  /// operands.
  private static final Set<String> NOT_IN_MATHS = Set.of("scatter_add", "scatter_set");

  @Test
  void everyOpHasARow() {
    Set<Class<?>> covered =
        OpTable.rows().stream().flatMap(OpRow::ops).map(Op::getClass).collect(Collectors.toSet());
    Set<String> missing = new TreeSet<>();
    for (Class<?> op : CoreOp.class.getPermittedSubclasses()) {
      if (!covered.contains(op)) {
        missing.add(op.getSimpleName());
      }
    }
    assertEquals(Set.of(), missing, "ops without a row in the op table");
  }

  @Test
  void everyFunctionHasARowOfItsName() {
    Set<String> rows = OpTable.rows().stream().map(OpRow::name).collect(Collectors.toSet());
    Set<String> missing =
        functions()
            .map(Named::mnemonic)
            .filter(name -> !rows.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(), missing, "functions without a row in the op table");
  }

  @Test
  void everyFunctionIsInTheDsl() {
    Set<String> methods =
        Arrays.stream(Maths.class.getMethods()).map(Method::getName).collect(Collectors.toSet());
    Set<String> missing =
        functions()
            .map(Named::mnemonic)
            .filter(name -> !methods.contains(name) && !NOT_IN_MATHS.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(), missing, "functions without a method in arignote.dsl.Maths");
  }

  private static Stream<Named> functions() {
    return Stream.<Named[]>of(
            UnaryFn.values(),
            BinaryFn.values(),
            CompareFn.values(),
            ReduceFn.values(),
            ArgReduceFn.values(),
            CumulateFn.values(),
            ScatterFn.values())
        .flatMap(Arrays::stream);
  }

  @Test
  void theEnumsAreAllThereAre() {
    Set<Class<?>> listed =
        functions().map(function -> function.getClass()).collect(Collectors.toSet());
    assertEquals(Set.of(Named.class.getPermittedSubclasses()), listed);
  }

  @Test
  void rowsAndCasesAreNamedForWhatTheyTest() {
    Map<String, Long> rows =
        OpTable.rows().stream().collect(Collectors.groupingBy(OpRow::name, Collectors.counting()));
    assertTrue(rows.values().stream().allMatch(count -> count == 1), rows.toString());
    for (OpRow row : OpTable.rows()) {
      Map<String, OpCase> names = new HashMap<>();
      row.cases()
          .forEach(tested -> {
            assertEquals(row.name(), tested.op().mnemonic());
            OpCase other = names.put(tested.name(), tested);
            assertTrue(other == null, () -> "two cases are named " + tested.name());
          });
    }
  }

  /// Each in every dtype that it is defined on.
  @Test
  void functionsHaveAllTheirDtypes() {
    for (UnaryFn fn : UnaryFn.values()) {
      assertEquals(
          Shapes.ALL.stream().filter(fn::accepts).toList(),
          OpTable.row(fn.mnemonic()).dtypes(),
          fn.mnemonic());
    }
    for (BinaryFn fn : BinaryFn.values()) {
      assertEquals(
          Shapes.ALL.stream().filter(fn::accepts).toList(),
          OpTable.row(fn.mnemonic()).dtypes(),
          fn.mnemonic());
    }
  }

  @TestFactory
  Stream<DynamicTest> graphsAreWellFormedAndTheReferenceComputesThem() {
    Backend reference = new ReferenceBackend();
    return OpTable.rows().stream()
        .map(row ->
            DynamicTest.dynamicTest(
                row.name(),
                () -> {
                  row.cases().forEach(tested -> GraphVerifier.verify(tested.graph()));
                  assertEquals(List.of(), BackendComparison.mismatches(reference, row));
                }));
  }

  @TestFactory
  Stream<DynamicTest> textRoundTrips() {
    return OpTable.rows().stream()
        .map(row -> DynamicTest.dynamicTest(row.name(), () -> roundTrip(row)));
  }

  /// The layouts of operands make no difference to the text of the op.
  private static void roundTrip(OpRow row) {
    row.cases()
        .filter(tested -> tested.graph().applies().size() == 1)
        .forEach(tested -> {
          String text = IrPrinter.print("case", tested.graph());
          assertEquals(text, IrPrinter.print("case", IrParser.parse(text).graph()));
        });
  }

  @Test
  void casesAreTheSameEveryTime() {
    List<OpCase> first = OpTable.row("scan").cases().toList();
    List<OpCase> second = OpTable.row("scan").cases().toList();
    for (int i = 0; i < first.size(); i++) {
      assertEquals(first.get(i).name(), second.get(i).name());
      for (int k = 0; k < first.get(i).inputs().size(); k++) {
        assertTrue(first.get(i).inputs().get(k).sameAs(second.get(i).inputs().get(k)));
      }
    }
  }

  @Test
  void gradientCasesAreSeparatedAndFinite() {
    Set<String> names = new HashSet<>();
    OpTable.gradientCases()
        .forEach(tested -> {
          names.add(tested.op().mnemonic());
          for (HostTensor input : tested.inputs()) {
            if (input.dtype().isFloat()) {
              double[] values = Arrays.stream(input.toDoubleArray()).sorted().toArray();
              for (int i = 1; i < values.length; i++) {
                double gap = values[i] - values[i - 1];
                assertTrue(gap > 2e-4, () -> "values too close in " + tested.name());
              }
            }
          }
          for (HostTensor result : tested.expected()) {
            if (result.dtype().isFloat()) {
              assertTrue(
                  Arrays.stream(result.toDoubleArray()).allMatch(Double::isFinite),
                  () -> "not finite: " + tested.name());
            }
          }
        });
    Set<String> differentiable =
        OpTable.rows().stream()
            .filter(OpRow::differentiable)
            .map(OpRow::name)
            .collect(Collectors.toSet());
    assertEquals(differentiable, names);
  }
}
