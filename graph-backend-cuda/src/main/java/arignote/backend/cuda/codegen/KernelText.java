package arignote.backend.cuda.codegen;

import arignote.backend.cuda.kernel.Argument;
import arignote.backend.cuda.kernel.Launch;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// A kernel under construction: lines of code, and the arguments that they mention.
///
/// Its first arguments are for all kernels the same: where to say which op has started, which that
/// is, and, of those that write what must not change after an error, where errors are noted.
final class KernelText {
  /// Behind so many arguments only addresses are arguments: a kernel takes 512.
  private static final int MOST_NUMBERS = 256;

  private final StringBuilder lines = new StringBuilder();
  private final List<Argument> arguments = new ArrayList<>();
  private final Map<Slot, String> addresses = new IdentityHashMap<>();
  private String indent = "";

  /// A number that the kernel is launched with; of very many, one that is written into its text.
  String number(long value) {
    return arguments.size() < MOST_NUMBERS
        ? argument(new Argument.Number(value))
        : Expressions.literal(DType.I64, 0, value);
  }

  /// The same as an index.
  String index(long value) {
    return "(index)" + number(value);
  }

  /// Has pointers into a slot start from an address that the code knows.
  void name(Slot slot, String address) {
    addresses.put(slot, address);
  }

  /// A pointer to elements of a dtype.
  String pointer(DType dtype, Argument address) {
    return "(%s *)%s".formatted(dtype, address(address));
  }

  /// An address.
  String address(Argument address) {
    if (address instanceof Argument.Address(Slot slot, long offset)
        && addresses.containsKey(slot)) {
      String start = addresses.get(slot);
      return offset == 0 ? start : "(%s + %s)".formatted(start, number(offset));
    }
    return argument(address);
  }

  /// A pointer to the elements of a view.
  String pointer(View view) {
    return pointer(view.dtype(), Argument.Address.of(view));
  }

  private String argument(Argument argument) {
    arguments.add(argument);
    return "a.v[%d]".formatted(arguments.size() - 1 + Prelude.FIRST);
  }

  void line(String code) {
    lines.append(indent).append(code).append('\n');
  }

  /// A line that ends with `{`.
  void open(String code) {
    line(code.isEmpty() ? "{" : code + " {");
    indent += "  ";
  }

  void close() {
    close("");
  }

  /// @param end what comes behind the `}`
  void close(String end) {
    indent = indent.substring(2);
    line("}" + end);
  }

  /// The kernel.
  ///
  /// @param large whether positions may not fit 32 bits
  Launch launch(boolean large, long blocks, int threads) {
    String code = Prelude.head(arguments.size(), large) + lines.toString().indent(2) + "}\n";
    return new Launch(code, arguments, blocks, threads);
  }
}
