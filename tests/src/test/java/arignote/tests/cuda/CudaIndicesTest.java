package arignote.tests.cuda;

import static arignote.dsl.Values.input;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.EvaluationException;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.runtime.CompileOptions;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Of very many indices too the first one that is outside is reported, whatever order threads run
/// in.
class CudaIndicesTest {
  private static final long SEED = Long.getLong("cuda.seed", 5);

  private static final CompileOptions OPTIONS = StandIn.options("gpu");

  private final Input table = input("table", DType.F32, 10);

  @BeforeAll
  static void prepare() {
    StandIn.prepare();
    System.out.println("threads in random order with the seed " + SEED + ".");
  }

  @AfterEach
  void restore() {
    StandIn.restoreOrder();
  }

  private Function gather(DType index) {
    Input indices = input("indices", index, "N");
    return Function.compile()
        .options(OPTIONS)
        .inputs(table, indices)
        .outputs(table.take(indices, 0))
        .build("gather");
  }

  private static HostTensor indices(DType dtype, int count, long... outside) {
    HostTensor indices = HostTensor.zeros(dtype, count);
    for (int i = 0; i < outside.length; i++) {
      indices.setLong(outside[i], i % 2 == 0 ? -1 - i : 10 + i);
    }
    return indices;
  }

  private static String refused(Function gather, HostTensor... indices) {
    List<HostTensor> arguments = new ArrayList<>(List.of(HostTensor.zeros(DType.F32, 10)));
    arguments.addAll(List.of(indices));
    return assertThrows(
            EvaluationException.class, () -> gather.call(arguments.toArray(HostTensor[]::new)))
        .getMessage()
        .replaceAll(" of the indices .*", "");
  }

  /// Around the count from which on several blocks look, and what they come to.
  @ParameterizedTest
  @CsvSource({
    "1, 0",
    "4096, 0",
    "4096, 4095",
    "4097, 0",
    "4097, 4096",
    "8192, 4095",
    "8193, 8192",
    "131073, 131072",
    "131073, 65536",
    "1000003, 0",
    "1000003, 1000002",
    "1000003, 777777"
  })
  void aSingleOneIsFound(int count, long position) {
    for (DType dtype : new DType[] {DType.I32, DType.I64}) {
      assertEquals(
          "gather: index -1 at [%d]".formatted(position),
          refused(gather(dtype), indices(dtype, count, position)));
    }
  }

  @ParameterizedTest
  @EnumSource(StandIn.Order.class)
  void theFirstOfSeveralIsReported(StandIn.Order order) {
    StandIn.install().order(order, SEED);
    Function gather = gather(DType.I64);
    for (int call = 0; call < 3; call++) {
      assertEquals(
          "gather: index 11 at [70001]",
          refused(
              gather, indices(DType.I64, 300_000, 70_002, 70_001, 299_999, 131_072, 70_001 + 256)));
    }
  }

  /// Of two gathers, one of which needs the other's result, that which comes first.
  @Test
  void anEarlierErrorStays() {
    Input few = input("few", DType.I64, "M");
    Input many = input("many", DType.I64, "N");
    Variable first = table.take(few, 0).sum();
    Function f =
        Function.compile()
            .options(OPTIONS)
            .inputs(table, few, many)
            .outputs(table.take(many.add(first.cast(DType.I64)), 0))
            .build("f");
    HostTensor fewOutside = indices(DType.I64, 5000, 4999);
    HostTensor manyOutside = indices(DType.I64, 100_000, 50_000);
    for (int call = 0; call < 3; call++) {
      assertEquals(
          "gather: index -1 at [4999]",
          refused(f, fewOutside, indices(DType.I64, 100_000)),
          "only the first");
      assertEquals(
          "gather: index -1 at [50000]",
          refused(f, indices(DType.I64, 5000), manyOutside),
          "only the second");
      assertEquals("gather: index -1 at [4999]", refused(f, fewOutside, manyOutside), "both");
    }
  }

  /// As many blocks as there is work for.
  @Test
  void manyIndicesAreSharedByBlocks() {
    Function gather = gather(DType.I64);
    String few = gather.plan(Map.of("N", 4096L)).toString();
    assertEquals(0, count(few, "find_indices"), few);
    assertEquals(1, count(few, "check_indices"), few);
    String many = gather.plan(Map.of("N", 20_000_000L)).toString();
    assertEquals(1, count(many, "find_indices"), many);
    assertTrue(
        Stream.of(many.split("\n", -1))
            .filter(line -> line.contains("find_indices"))
            .noneMatch(line -> line.contains(" 1 x ")),
        many);
  }

  private static int count(String text, String part) {
    return text.split(part, -1).length - 1;
  }
}
