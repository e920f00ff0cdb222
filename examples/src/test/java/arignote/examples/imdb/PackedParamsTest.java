package arignote.examples.imdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.examples.imdb.LstmModel.Params;
import arignote.io.Npz;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PackedParamsTest {
  private static final Options SMALL = Options.of(Map.of("dim_proj", "3", "n_words", "5"));

  @TempDir Path folder;

  private static HostTensor get(Map<String, HostTensor> tensors, String name) {
    return tensors.getOrDefault(name, HostTensor.scalar(DType.F64, Double.NaN));
  }

  @Test
  void gatesLieSideBySide() {
    Map<String, HostTensor> packed = new LinkedHashMap<>();
    PackedParams.shapes(Encoder.LSTM, 1, 1)
        .forEach((name, shape) -> packed.put(name, HostTensor.zeros(DType.F32, shape)));
    packed.put("lstm_U", HostTensor.of(new float[] {1, 2, 3, 4}, 1, 4));
    packed.put("lstm_b", HostTensor.of(new float[] {5, 6, 7, 8}, 4));
    Map<String, HostTensor> parts = PackedParams.unpack(packed);
    assertEquals(
        List.of(
            "embedding",
            "encoder.input.w",
            "encoder.forget.w",
            "encoder.output.w",
            "encoder.cell.w",
            "encoder.input.u",
            "encoder.forget.u",
            "encoder.output.u",
            "encoder.cell.u",
            "encoder.input.b",
            "encoder.forget.b",
            "encoder.output.b",
            "encoder.cell.b",
            "head.w",
            "head.b"),
        List.copyOf(parts.keySet()));
    assertEquals("f32[1,1] [[2.0]]", get(parts, "encoder.forget.u").toString());
    assertEquals("f32[1] [7.0]", get(parts, "encoder.output.b").toString());
    assertEquals("f32[1] [8.0]", get(parts, "encoder.cell.b").toString());
  }

  @Test
  void packingUndoesUnpacking() {
    Map<String, HostTensor> packed = PackedParams.initial(SMALL, DType.F64);
    Map<String, HostTensor> again = PackedParams.pack(PackedParams.unpack(packed));
    assertEquals(List.copyOf(packed.keySet()), List.copyOf(again.keySet()));
    packed.forEach((name, tensor) -> assertTrue(tensor.sameAs(get(again, name)), name));

    Params shared = PackedParams.share(packed);
    PackedParams.values(shared)
        .forEach((name, tensor) -> assertTrue(tensor.sameAs(get(packed, name)), name));
    Map<String, HostTensor> others =
        PackedParams.initial(
            Options.of(Map.of("dim_proj", "3", "n_words", "5", "seed", "9")), DType.F64);
    PackedParams.set(shared, others);
    PackedParams.values(shared)
        .forEach((name, tensor) -> assertTrue(tensor.sameAs(get(others, name)), name));
  }

  @Test
  void initialValuesAreTheTutorials() {
    Map<String, HostTensor> packed =
        PackedParams.initial(Options.of(Map.of("n_words", "1000", "dim_proj", "16")), DType.F64);
    double[] embedding = get(packed, "Wemb").toDoubleArray();
    double mean = 0;
    for (double value : embedding) {
      assertTrue(value >= 0 && value < 0.01);
      mean += value / embedding.length;
    }
    assertEquals(0.005, mean, 1e-4);
    assertArrayEquals(new double[64], get(packed, "lstm_b").toDoubleArray());
    assertArrayEquals(new double[2], get(packed, "b").toDoubleArray());
    Map<String, HostTensor> parts = PackedParams.unpack(packed);
    for (String gate : List.of("input", "forget", "output", "cell")) {
      for (String matrix : List.of(".w", ".u")) {
        assertOrthogonal(get(parts, "encoder." + gate + matrix).toDoubleArray(), 16);
      }
    }
    assertNotEquals(
        get(parts, "encoder.input.w").elementsToString(),
        get(parts, "encoder.input.u").elementsToString());
    long numbers =
        PackedParams.shapes(Encoder.LSTM, 10000, 128).values().stream()
            .mapToLong(shape -> shape.length == 1 ? shape[0] : shape[0] * shape[1])
            .sum();
    assertEquals(1_411_842, numbers);
  }

  private static void assertOrthogonal(double[] matrix, int n) {
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double dot = 0;
        for (int k = 0; k < n; k++) {
          dot += matrix[i * n + k] * matrix[j * n + k];
        }
        assertEquals(i == j ? 1 : 0, dot, 1e-12);
      }
    }
  }

  @Test
  void dtypesDifferByRoundingOnly() {
    Map<String, HostTensor> single = PackedParams.initial(SMALL, DType.F32);
    PackedParams.initial(SMALL, DType.F64)
        .forEach(
            (name, tensor) -> assertTrue(tensor.cast(DType.F32).sameAs(get(single, name)), name));
  }

  @Test
  void reloadsWhatFits() {
    Path file = folder.resolve("model.npz");
    Map<String, HostTensor> saved = new LinkedHashMap<>(PackedParams.initial(SMALL, DType.F64));
    saved.put("history_errs", HostTensor.zeros(DType.F64, 0, 2));
    Npz.write(file, saved);
    Map<String, HostTensor> read = SavedModel.read(file, SMALL, DType.F32);
    assertEquals(
        List.of("Wemb", "lstm_W", "lstm_U", "lstm_b", "U", "b"), List.copyOf(read.keySet()));
    read.forEach(
        (name, tensor) -> assertTrue(tensor.sameAs(get(saved, name).cast(DType.F32)), name));
  }

  private String errorOf(Path file, Options options) {
    return String.valueOf(
        assertThrows(DataException.class, () -> SavedModel.read(file, options, DType.F32))
            .getMessage());
  }

  @Test
  void refusesWhatDoesNotFit() {
    Path file = folder.resolve("model.npz");
    Map<String, HostTensor> saved = new LinkedHashMap<>(PackedParams.initial(SMALL, DType.F64));
    Npz.write(file, saved);
    assertEquals(
        "cannot reload %s: Wemb is f64[5, 3]; with n_words=6 and dim_proj=3 it must be floats of shape [6, 3]"
            .formatted(file),
        errorOf(file, Options.of(Map.of("dim_proj", "3", "n_words", "6"))));
    saved.remove("lstm_U");
    Npz.write(file, saved);
    assertEquals(
        "cannot reload %s: it has no parameter lstm_U, but Wemb, lstm_W, lstm_b, U, b"
            .formatted(file),
        errorOf(file, SMALL));
  }
}
