package arignote.tests.ops;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.TensorType;
import arignote.ir.text.IrParser;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// What a graph computes of some inputs according to somebody else: a block of the file that
/// `known_answers.py` makes.
///
/// @param number which block this is, from 1 on
/// @param tolerance how far floats may be off
record KnownAnswer(
    int number,
    Graph graph,
    List<HostTensor> inputs,
    List<HostTensor> outputs,
    Tolerance tolerance) {
  private static final String FILE = "known-answers.txt";

  /// All blocks of the file.
  static List<KnownAnswer> all() {
    List<KnownAnswer> answers = new ArrayList<>();
    for (String block : read().split("\n\n", -1)) {
      if (block.startsWith("graph ")) {
        answers.add(parse(answers.size() + 1, block));
      }
    }
    return answers;
  }

  private static String read() {
    try (InputStream in =
        Objects.requireNonNull(KnownAnswer.class.getResourceAsStream(FILE), FILE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads one block.
  static KnownAnswer parse(int number, String block) {
    StringBuilder graph = new StringBuilder();
    List<HostTensor> inputs = new ArrayList<>();
    List<HostTensor> outputs = new ArrayList<>();
    Tolerance tolerance = Tolerance.EXACT;
    for (String line : block.lines().toList()) {
      List<String> words = Arrays.asList(line.strip().split(" ", -1));
      switch (words.getFirst()) {
        case "given" -> inputs.add(tensor(words.subList(1, words.size())));
        case "expect" -> outputs.add(tensor(words.subList(1, words.size())));
        case "within" ->
            tolerance =
                new Tolerance(
                    Double.parseDouble(words.get(1)), Double.parseDouble(words.getLast()));
        default -> graph.append(line).append('\n');
      }
    }
    return new KnownAnswer(
        number, IrParser.parse(graph.toString()).graph(), inputs, outputs, tolerance);
  }

  private static HostTensor tensor(List<String> words) {
    TensorType type = IrParser.parseType(words.getFirst());
    HostTensor tensor = HostTensor.zeros(type.dtype(), Sizes.lengths(type, 0));
    List<String> elements = words.subList(1, words.size());
    if (elements.size() != tensor.size()) {
      throw new IllegalArgumentException(type + " with " + elements.size() + " elements");
    }
    for (int i = 0; i < elements.size(); i++) {
      set(tensor, i, elements.get(i));
    }
    return tensor;
  }

  private static void set(HostTensor tensor, long index, String element) {
    switch (tensor.dtype()) {
      case BOOL -> tensor.setLong(index, Boolean.parseBoolean(element) ? 1 : 0);
      case I32, I64 -> tensor.setLong(index, Long.parseLong(element));
      case F32, F64 -> tensor.setDouble(index, number(tensor.dtype(), element));
    }
  }

  private static double number(DType dtype, String element) {
    return switch (element) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> dtype == DType.F32 ? Float.parseFloat(element) : Double.parseDouble(element);
    };
  }

  /// `17 exp`.
  @Override
  public String toString() {
    return graph.applies().stream()
        .map(Apply::op)
        .map(op -> op.mnemonic())
        .distinct()
        .limit(3)
        .collect(Collectors.joining(" ", number + " ", ""));
  }
}
