package arignote.tests.ops;

import arignote.ir.op.Op;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What is known about one op or function for testing it.
///
/// @param name the mnemonic
/// @param dtypes the dtypes that its examples are made for
/// @param differentiable whether it has a gradient, which is checked where the domains say
/// @param examples its uses
public record OpRow(String name, List<DType> dtypes, boolean differentiable, Examples examples) {
  /// The examples for a dtype and a way of writing sizes; always as many, in the same order.
  @FunctionalInterface
  public interface Examples {
    List<Example> of(DType dtype, Sizes sizes);
  }

  public OpRow {
    dtypes = List.copyOf(dtypes);
  }

  /// The ops of all examples.
  public Stream<Op> ops() {
    return dtypes.stream()
        .flatMap(dtype -> examples.of(dtype, Sizes.STATIC).stream())
        .map(Example::op);
  }

  /// Every example in every dtype, and the thorough ones in every layout and with symbolic sizes.
  public Stream<OpCase> cases() {
    return dtypes.stream().flatMap(this::cases);
  }

  /// The cases of one dtype.
  public Stream<OpCase> cases(DType dtype) {
    Map<String, OpCase> cases = new LinkedHashMap<>();
    for (Sizes sizes : Sizes.values()) {
      for (Example example : examples.of(dtype, sizes)) {
        if (example.thorough()) {
          casesOf(example, sizes).forEach(made -> cases.putIfAbsent(made.name(), made));
        } else if (sizes == Sizes.STATIC) {
          OpCase made = OpCase.of(example, dense(example), OpCase.Values.ORDINARY);
          cases.put(made.name(), made);
        }
      }
    }
    return cases.values().stream();
  }

  private static List<OpCase> casesOf(Example example, Sizes sizes) {
    List<OpCase> cases = new ArrayList<>();
    cases.add(OpCase.of(example, dense(example), OpCase.Values.ORDINARY));
    if (sizes == Sizes.STATIC && hasSpecials(example)) {
      cases.add(OpCase.of(example, dense(example), OpCase.Values.SPECIAL));
    }
    for (List<Layout> layouts : layouts(example)) {
      cases.add(OpCase.of(example, layouts, OpCase.Values.ORDINARY));
    }
    return cases;
  }

  /// The thorough examples in `f64`, at values where the gradient exists and no difference quotient
  /// with steps up to 1e-4 crosses a point where it does not; none if there is no gradient.
  public Stream<OpCase> gradientCases() {
    if (!differentiable || !dtypes.contains(DType.F64)) {
      return Stream.of();
    }
    return examples.of(DType.F64, Sizes.STATIC).stream()
        .filter(Example::thorough)
        .map(example -> OpCase.of(example, dense(example), OpCase.Values.SEPARATED))
        .filter(OpCase::hasFloatGradient);
  }

  private static boolean hasSpecials(Example example) {
    return example.operands().stream().anyMatch(operand -> !operand.domain().specials().isEmpty());
  }

  private static List<Layout> dense(Example example) {
    return example.operands().stream().map(_ -> Layout.DENSE).toList();
  }

  /// One layout for all operands, and the ones that matter most for one operand at a time.
  private static List<List<Layout>> layouts(Example example) {
    List<List<Layout>> layouts = new ArrayList<>();
    for (Layout layout : Layout.values()) {
      List<Layout> all =
          example.operands().stream()
              .map(operand -> layout.appliesTo(operand.type()) ? layout : Layout.DENSE)
              .toList();
      addNew(layouts, all);
    }
    for (int i = 0; i < example.operands().size() && example.operands().size() > 1; i++) {
      for (Layout layout : List.of(Layout.TRANSPOSED, Layout.STRIDED)) {
        if (layout.appliesTo(example.operands().get(i).type())) {
          List<Layout> one = new ArrayList<>(dense(example));
          one.set(i, layout);
          addNew(layouts, one);
        }
      }
    }
    return layouts;
  }

  private static void addNew(List<List<Layout>> layouts, List<Layout> added) {
    if (!layouts.contains(added) && added.stream().anyMatch(layout -> layout != Layout.DENSE)) {
      layouts.add(added);
    }
  }
}
