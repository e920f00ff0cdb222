package arignote.ir.text;

import arignote.ir.Shared;
import arignote.ir.op.CustomOp;
import arignote.ir.op.Probe;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a text needs from outside to become a graph.
///
/// @param source what messages and the sites of the nodes call the text, such as a file name
/// @param shared the shared variables by name; one that is not here is made anew, with zeros
/// @param customOps records of the user's ops by their simple name, as the text has it
public record ParseOptions(
    String source, Map<String, Shared> shared, Map<String, Class<? extends CustomOp>> customOps) {
  /// Nothing from outside.
  public static final ParseOptions NONE =
      new ParseOptions("text", Map.of(), Map.of("Probe", Probe.class));

  public ParseOptions {
    shared = Map.copyOf(shared);
    customOps = Map.copyOf(customOps);
  }

  public ParseOptions withSource(String newSource) {
    return new ParseOptions(newSource, shared, customOps);
  }

  /// These options with existing shared variables, which the graph then uses.
  public ParseOptions withShared(Iterable<Shared> variables) {
    Map<String, Shared> byName = new LinkedHashMap<>(shared);
    variables.forEach(variable -> byName.put(variable.name(), variable));
    return new ParseOptions(source, byName, customOps);
  }

  /// These options with a record that implements an op of the user's.
  public ParseOptions withCustomOp(Class<? extends CustomOp> op) {
    Map<String, Class<? extends CustomOp>> byName = new LinkedHashMap<>(customOps);
    byName.put(op.getSimpleName(), op);
    return new ParseOptions(source, shared, byName);
  }
}
