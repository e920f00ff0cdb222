package arignote.examples.imdb;

import arignote.dsl.Initial;
import arignote.dsl.Trees;
import arignote.dsl.Values;
import arignote.examples.imdb.LstmModel.Affine;
import arignote.examples.imdb.LstmModel.Gate;
import arignote.examples.imdb.LstmModel.Params;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// The parameters as the tutorial names, packs and stores them: `Wemb`, `lstm_W`, `lstm_U`,
/// `lstm_b`, `U`, `b`, the gates side by side in the order input, forget, output, cell. Those of
/// another [Encoder] begin with its name; the matrix of a peephole is `lstm_vo_V`.
public final class PackedParams {
  /// What lies side by side under a name, by paths in [Params], see [Trees#leaves].
  private record Packed(String name, List<String> paths) {}

  private PackedParams() {}

  private static List<Packed> packed(Encoder encoder) {
    String prefix = encoder.prefix();
    List<Packed> packed = new ArrayList<>();
    packed.add(new Packed("Wemb", List.of("embedding")));
    packed.add(new Packed(prefix + "_W", ofAllGates(encoder, "w")));
    packed.add(new Packed(prefix + "_U", ofAllGates(encoder, "u")));
    packed.add(new Packed(prefix + "_b", ofAllGates(encoder, "b")));
    if (encoder.hasPeephole()) {
      packed.add(new Packed(prefix + "_V", List.of("encoder.v")));
    }
    packed.add(new Packed("U", List.of("head.w")));
    packed.add(new Packed("b", List.of("head.b")));
    return packed;
  }

  private static List<String> ofAllGates(Encoder encoder, String component) {
    return encoder.gates().stream().map(gate -> "encoder." + gate + "." + component).toList();
  }

  /// The encoder of packed parameters.
  private static Encoder encoderOf(Map<String, ?> packed) {
    return Encoder.of(packed.keySet())
        .orElseThrow(() -> new IllegalArgumentException("no encoder's among " + packed.keySet()));
  }

  /// The tutorial's initial values; those of two dtypes differ by rounding only.
  public static Map<String, HostTensor> initial(Options options, DType dtype) {
    Random random = Draw.WEIGHTS.from(options.seed());
    Encoder encoder = options.encoder();
    int units = options.dimProj();
    Map<String, HostTensor> packed = new LinkedHashMap<>();
    packed.put("Wemb", Initial.uniform(random, 0, 0.01, dtype, options.nWords(), units));
    packed.put(encoder.prefix() + "_W", orthogonal(random, encoder, units, dtype));
    packed.put(encoder.prefix() + "_U", orthogonal(random, encoder, units, dtype));
    packed.put(
        encoder.prefix() + "_b", HostTensor.zeros(dtype, (long) encoder.gates().size() * units));
    if (encoder.hasPeephole()) {
      packed.put(encoder.prefix() + "_V", Initial.orthogonal(random, dtype, units));
    }
    packed.put("U", Initial.normal(random, 0.01, dtype, units, 2));
    packed.put("b", HostTensor.zeros(dtype, 2));
    return packed;
  }

  private static HostTensor orthogonal(Random random, Encoder encoder, int units, DType dtype) {
    List<HostTensor> gates = new ArrayList<>();
    for (int i = 0; i < encoder.gates().size(); i++) {
      gates.add(Initial.orthogonal(random, dtype, units));
    }
    return sideBySide(gates);
  }

  /// The shapes that parameters must have.
  static Map<String, long[]> shapes(Encoder encoder, int nWords, int units) {
    long side = (long) encoder.gates().size() * units;
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put("Wemb", new long[] {nWords, units});
    shapes.put(encoder.prefix() + "_W", new long[] {units, side});
    shapes.put(encoder.prefix() + "_U", new long[] {units, side});
    shapes.put(encoder.prefix() + "_b", new long[] {side});
    if (encoder.hasPeephole()) {
      shapes.put(encoder.prefix() + "_V", new long[] {units, units});
    }
    shapes.put("U", new long[] {units, 2});
    shapes.put("b", new long[] {2});
    return shapes;
  }

  /// Parameters of a model, shared variables with these values.
  public static Params share(Map<String, HostTensor> packed) {
    Map<String, Shared> shared = new LinkedHashMap<>();
    unpack(packed).forEach((path, value) -> shared.put(path, Values.shared(path, value)));
    return new Params(
        leaf(shared, "embedding"),
        encoderOf(packed)
            .layer(
                name -> gate(shared, "encoder." + name), name -> leaf(shared, "encoder." + name)),
        new Affine(leaf(shared, "head.w"), leaf(shared, "head.b")));
  }

  private static Gate gate(Map<String, Shared> shared, String path) {
    return new Gate(
        leaf(shared, path + ".w"), leaf(shared, path + ".u"), leaf(shared, path + ".b"));
  }

  private static <T> T leaf(Map<String, T> leaves, String path) {
    T leaf = leaves.get(path);
    if (leaf == null) {
      throw new IllegalArgumentException("no \"" + path + "\" among " + leaves.keySet());
    }
    return leaf;
  }

  /// The present values of shared parameters.
  public static Map<String, HostTensor> values(Params params) {
    Map<String, HostTensor> values = new LinkedHashMap<>();
    shared(params).forEach((path, shared) -> values.put(path, shared.get()));
    return pack(Encoder.of(params.encoder()), values);
  }

  /// Gives shared parameters new values.
  public static void set(Params params, Map<String, HostTensor> packed) {
    Map<String, HostTensor> values = unpack(packed);
    shared(params).forEach((path, shared) -> shared.set(leaf(values, path)));
  }

  private static Map<String, Shared> shared(Params params) {
    Map<String, Shared> shared = new LinkedHashMap<>();
    for (Map.Entry<String, Variable> leaf : Trees.leaves(params).entrySet()) {
      if (!(leaf.getValue() instanceof Shared variable)) {
        throw new IllegalArgumentException(leaf.getKey() + " is no shared variable");
      }
      shared.put(leaf.getKey(), variable);
    }
    return shared;
  }

  /// Tensors by their paths in the tutorial's [Params], packed: parameters, gradients, or anything
  /// of their shapes.
  public static Map<String, HostTensor> pack(Map<String, HostTensor> byPath) {
    return pack(Encoder.LSTM, byPath);
  }

  /// Tensors by their paths in the [Params] of an encoder, packed.
  static Map<String, HostTensor> pack(Encoder encoder, Map<String, HostTensor> byPath) {
    Map<String, HostTensor> packed = new LinkedHashMap<>();
    for (Packed entry : packed(encoder)) {
      packed.put(
          entry.name(),
          sideBySide(entry.paths().stream().map(path -> leaf(byPath, path)).toList()));
    }
    return packed;
  }

  /// Packed tensors by their paths in [Params].
  public static Map<String, HostTensor> unpack(Map<String, HostTensor> packed) {
    Map<String, HostTensor> byPath = new LinkedHashMap<>();
    for (Packed entry : packed(encoderOf(packed))) {
      List<HostTensor> parts = apart(leaf(packed, entry.name()), entry.paths().size());
      for (int i = 0; i < parts.size(); i++) {
        byPath.put(entry.paths().get(i), parts.get(i));
      }
    }
    return byPath;
  }

  /// Tensors of one shape joined along their last axis.
  private static HostTensor sideBySide(List<HostTensor> parts) {
    long[] shape = parts.getFirst().shape();
    shape[shape.length - 1] *= parts.size();
    HostTensor whole = HostTensor.zeros(parts.getFirst().dtype(), shape);
    copyRows(whole, parts, true);
    return whole;
  }

  /// A tensor cut along its last axis into pieces of one shape.
  private static List<HostTensor> apart(HostTensor whole, int count) {
    long[] shape = whole.shape();
    if (shape.length == 0 || shape[shape.length - 1] % count != 0) {
      throw new IllegalArgumentException("cannot cut " + whole + " into " + count);
    }
    shape[shape.length - 1] /= count;
    List<HostTensor> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(HostTensor.zeros(whole.dtype(), shape));
    }
    copyRows(whole, parts, false);
    return parts;
  }

  private static void copyRows(HostTensor whole, List<HostTensor> parts, boolean join) {
    HostTensor first = parts.getFirst();
    long rowBytes = first.dim(first.rank() - 1) * first.dtype().bytes();
    long rows = rowBytes == 0 ? 0 : first.byteSize() / rowBytes;
    for (long row = 0; row < rows; row++) {
      for (int i = 0; i < parts.size(); i++) {
        MemorySegment inWhole =
            whole.segment().asSlice((row * parts.size() + i) * rowBytes, rowBytes);
        MemorySegment inPart = parts.get(i).segment().asSlice(row * rowBytes, rowBytes);
        if (join) {
          inWhole.copyFrom(inPart);
        } else {
          inPart.copyFrom(inWhole);
        }
      }
    }
  }
}
