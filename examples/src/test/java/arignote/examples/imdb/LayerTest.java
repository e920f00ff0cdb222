package arignote.examples.imdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.dsl.RandomStream;
import arignote.examples.imdb.LstmModel.Dropout;
import arignote.examples.imdb.LstmModel.Params;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each layer against its equations in plain loops, and the gradient that reaches earlier steps
/// against closed forms and difference quotients.
final class LayerTest {
  private static final int UNITS = 3;

  /// Initial values of an encoder, all but the embedding ten times larger than they are, so that no
  /// gate is near its middle.
  private static Map<String, HostTensor> values(Encoder encoder) {
    Options options =
        Options.of(
            Map.of(
                "encoder", encoder.prefix(), "dim_proj", Integer.toString(UNITS), "n_words", "7"));
    Map<String, HostTensor> values = new LinkedHashMap<>(PackedParams.initial(options, DType.F64));
    Random random = new Random(3);
    values.replaceAll((_, value) -> {
      HostTensor other = value.copy();
      for (long i = 0; i < other.size(); i++) {
        other.setDouble(i, random.nextGaussian());
      }
      return other;
    });
    return values;
  }

  private static HostTensor get(Map<String, HostTensor> values, String name) {
    return values.getOrDefault(name, HostTensor.scalar(DType.F64, Double.NaN));
  }

  /// One layer on one review, by its equations.
  private record Plain(Encoder encoder, Map<String, HostTensor> values) {
    /// A gate before its function: `x W + h U + b`, for unit `j` of the gate of this rank.
    double gate(int rank, double[] x, double[] h, int j) {
      HostTensor w = get(values, encoder.prefix() + "_W");
      HostTensor u = get(values, encoder.prefix() + "_U");
      long side = w.dim(1);
      long column = (long) rank * UNITS + j;
      double sum = get(values, encoder.prefix() + "_b").getDouble(column);
      for (int k = 0; k < UNITS; k++) {
        sum += x[k] * w.getDouble(k * side + column) + h[k] * u.getDouble(k * side + column);
      }
      return sum;
    }

    static double sigmoid(double x) {
      return 1 / (1 + Math.exp(-x));
    }

    void step(double[] x, double[] h, double[] c) {
      double[] oldH = h.clone();
      double[] newC = c.clone();
      switch (encoder) {
        case RNN -> {
          for (int j = 0; j < UNITS; j++) {
            h[j] = Math.tanh(gate(0, x, oldH, j));
          }
        }
        case GRU -> {
          double[] reset = new double[UNITS];
          for (int j = 0; j < UNITS; j++) {
            reset[j] = sigmoid(gate(0, x, oldH, j)) * oldH[j];
          }
          for (int j = 0; j < UNITS; j++) {
            double z = sigmoid(gate(1, x, oldH, j));
            h[j] = z * oldH[j] + (1 - z) * Math.tanh(gate(2, x, reset, j));
          }
        }
        case LSTM, LSTM_VO -> {
          for (int j = 0; j < UNITS; j++) {
            newC[j] =
                sigmoid(gate(1, x, oldH, j)) * c[j]
                    + sigmoid(gate(0, x, oldH, j)) * Math.tanh(gate(3, x, oldH, j));
          }
          for (int j = 0; j < UNITS; j++) {
            double o = gate(2, x, oldH, j);
            if (encoder == Encoder.LSTM_VO) {
              for (int k = 0; k < UNITS; k++) {
                o += newC[k] * get(values, "lstm_vo_V").getDouble((long) k * UNITS + j);
              }
            }
            h[j] = sigmoid(o) * Math.tanh(newC[j]);
          }
        }
      }
      System.arraycopy(newC, 0, c, 0, UNITS);
    }

    /// The probability that the author liked the film.
    double probability(int[] words) {
      double[] h = new double[UNITS];
      double[] c = new double[UNITS];
      double[] pooled = new double[UNITS];
      for (int word : words) {
        double[] x = new double[UNITS];
        for (int k = 0; k < UNITS; k++) {
          x[k] = get(values, "Wemb").getDouble((long) word * UNITS + k);
        }
        step(x, h, c);
        for (int k = 0; k < UNITS; k++) {
          pooled[k] += h[k] / words.length;
        }
      }
      double logOdds = get(values, "b").getDouble(1) - get(values, "b").getDouble(0);
      for (int k = 0; k < UNITS; k++) {
        logOdds +=
            pooled[k]
                * (get(values, "U").getDouble(2L * k + 1) - get(values, "U").getDouble(2L * k));
      }
      return sigmoid(logOdds);
    }
  }

  @ParameterizedTest
  @EnumSource
  void computesItsEquations(Encoder encoder) {
    Map<String, HostTensor> values = values(encoder);
    LstmModel model = LstmModel.of(PackedParams.share(values), 0, Optional.empty());
    Function predict =
        Function.compile()
            .inputs(model.tokens(), model.mask())
            .outputs(model.probabilities())
            .build("predict");
    int[][] texts = {{1, 2, 3, 4, 5, 6, 0}, {6}, {3, 3, 3}};
    Batch batch =
        Batch.of(
            List.of(new Review(texts[0], 0), new Review(texts[1], 1), new Review(texts[2], 0)),
            DType.F64);
    HostTensor found = predict.call(batch.tokens(), batch.mask()).get(0);
    Plain plain = new Plain(encoder, values);
    for (int b = 0; b < texts.length; b++) {
      assertEquals(plain.probability(texts[b]), found.getDouble(2L * b + 1), 1e-9);
    }
  }

  /// Words that training drops are the unknown one, id 1, as often as it was told; evaluation sees
  /// all words.
  @Test
  void droppedWordsAreUnknown() {
    Params p = PackedParams.share(values(Encoder.LSTM));
    LstmModel plain = LstmModel.of(p, 0, Optional.empty());
    LstmModel dropping =
        LstmModel.of(p, 0, Optional.of(new Dropout(new RandomStream(5), false, 0.25)));
    Batch known = Batch.of(Collections.nCopies(10_000, new Review(new int[] {6}, 1)), DType.F64);
    Batch unknown = Batch.of(List.of(new Review(new int[] {1}, 1)), DType.F64);
    double withAll = cost(plain, known);
    double withNone = cost(plain, unknown);
    double part = (cost(dropping, known) - withAll) / (withNone - withAll);
    assertEquals(0.25, part, 0.03, "seven standard deviations");
    Function predict =
        Function.compile()
            .inputs(plain.tokens(), plain.mask())
            .outputs(plain.probabilities())
            .build("plain");
    Function predictDropping =
        Function.compile()
            .inputs(dropping.tokens(), dropping.mask())
            .outputs(dropping.probabilities())
            .build("dropping");
    assertEquals(
        predict.call(known.tokens(), known.mask()).get(0).getDouble(1),
        predictDropping.call(known.tokens(), known.mask()).get(0).getDouble(1));
  }

  private static double cost(LstmModel model, Batch batch) {
    return Function.compile()
        .inputs(model.tokens(), model.mask(), model.labels())
        .outputs(model.cost())
        .build("cost")
        .call(batch.tokens(), batch.mask(), batch.labels())
        .item();
  }

  /// All parameters learn: none is left out of the gradient, and names and shapes are those of
  /// files.
  @ParameterizedTest
  @EnumSource
  void parametersAreNamedAfterTheEncoder(Encoder encoder) {
    Map<String, HostTensor> values = values(encoder);
    Params p = PackedParams.share(values);
    assertEquals(List.copyOf(values.keySet()), List.copyOf(PackedParams.values(p).keySet()));
    Map<String, long[]> shapes = PackedParams.shapes(encoder, 7, UNITS);
    values.forEach((name, value) -> {
      assertTrue(shapes.containsKey(name), name);
      assertEquals(
          HostTensor.zeros(DType.F64, shapes.getOrDefault(name, new long[0])).shapeAsList(),
          value.shapeAsList(),
          name);
    });
    assertEquals(encoder, Encoder.of(values.keySet()).orElseThrow());
    assertEquals(encoder, Encoder.of(p.encoder()));
  }

  private static Batch twoReviews(int steps) {
    int[] first = new int[steps];
    int[] second = new int[steps];
    for (int t = 0; t < steps; t++) {
      first[t] = t % 7;
      second[t] = (3 * t + 1) % 7;
    }
    return Batch.of(List.of(new Review(first, 0), new Review(second, 1)), DType.F64);
  }

  /// Without words and biases the simple network stays at 0, where tanh is the identity: what is
  /// left after k steps back is the k-th power of its orthogonal matrix' factor.
  @Test
  void simpleNetworksLoseGradientsGeometrically() {
    for (double factor : new double[] {0.9, 1, 1.1}) {
      Map<String, HostTensor> values =
          new HashMap<>(
              PackedParams.initial(
                  Options.of(Map.of("encoder", "rnn", "dim_proj", "16", "n_words", "7")),
                  DType.F64));
      values.put("Wemb", HostTensor.zeros(DType.F64, 7, 16));
      HostTensor u = get(values, "rnn_U");
      for (long i = 0; i < u.size(); i++) {
        u.setDouble(i, factor * u.getDouble(i));
      }
      double[] norms =
          GradientFlow.norms(PackedParams.share(values), twoReviews(20)).toDoubleArray();
      assertEquals(20, norms.length);
      for (int back = 0; back < 20; back++) {
        assertEquals(Math.pow(factor, back), norms[19 - back] / norms[19], 1e-9);
      }
    }
  }

  /// The gradient that reaches the last step but k of any layer: against the difference quotients
  /// of the rest of the way, in plain loops.
  @ParameterizedTest
  @EnumSource
  void gradientsAreThoseOfDifferenceQuotients(Encoder encoder) {
    Map<String, HostTensor> values = values(encoder);
    int steps = 4;
    Batch batch = twoReviews(steps);
    double[] norms = GradientFlow.norms(PackedParams.share(values), batch).toDoubleArray();
    Plain plain = new Plain(encoder, values);
    boolean hasCell = encoder == Encoder.LSTM || encoder == Encoder.LSTM_VO;
    for (int t = 0; t < steps; t++) {
      double squares = 0;
      for (int b = 0; b < 2; b++) {
        for (int unit = 0; unit < (hasCell ? 2 * UNITS : UNITS); unit++) {
          double slope =
              (cost(plain, batch, b, t, unit, 1e-5) - cost(plain, batch, b, t, unit, -1e-5)) / 2e-5;
          squares += slope * slope;
        }
      }
      assertEquals(Math.sqrt(squares), norms[t], 1e-7, "step " + t);
    }
  }

  /// The part of the mean cost that is of review `b`, with one number of the state after step `t`
  /// changed.
  private static double cost(Plain plain, Batch batch, int b, int t, int unit, double change) {
    double[] h = new double[UNITS];
    double[] c = new double[UNITS];
    for (int step = 0; step < batch.tokens().dim(0); step++) {
      double[] x = new double[UNITS];
      for (int k = 0; k < UNITS; k++) {
        x[k] =
            get(plain.values(), "Wemb")
                .getDouble(batch.tokens().getLong(step * 2L + b) * UNITS + k);
      }
      plain.step(x, h, c);
      if (step == t) {
        double[] changed = unit < UNITS ? h : c;
        changed[unit % UNITS] += change;
      }
    }
    double logOdds = get(plain.values(), "b").getDouble(1) - get(plain.values(), "b").getDouble(0);
    for (int k = 0; k < UNITS; k++) {
      logOdds +=
          h[k]
              * (get(plain.values(), "U").getDouble(2L * k + 1)
                  - get(plain.values(), "U").getDouble(2L * k));
    }
    double sign = batch.labels().getLong(b) == 1 ? -1 : 1;
    return Math.log1p(Math.exp(sign * logOdds)) / 2;
  }
}
