package arignote.examples.imdb;

import arignote.examples.imdb.LstmModel.Gate;
import arignote.ir.Variable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The kinds of [Layer], by the names that `-Dencoder` and the parameters in files have.
public enum Encoder {
  LSTM("input", "forget", "output", "cell"),
  LSTM_VO("input", "forget", "output", "cell"),
  GRU("reset", "update", "candidate"),
  RNN("gate");

  private final List<String> gates;

  Encoder(String... gates) {
    this.gates = List.of(gates);
  }

  /// What the names of the layer's parameters begin with, and the option's value.
  public String prefix() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The gates, as the components of the layer are called, in the order in which they are packed.
  List<String> gates() {
    return gates;
  }

  /// Whether the output gate has a matrix for the new cell, `v`.
  boolean hasPeephole() {
    return this == LSTM_VO;
  }

  /// The encoder whose parameters have these names, as `gru_W`.
  static Optional<Encoder> of(Set<String> names) {
    return Arrays.stream(values())
        .filter(encoder -> names.contains(encoder.prefix() + "_W"))
        .findFirst();
  }

  /// A layer with these parameters.
  ///
  /// @param gate gives a gate by name
  /// @param variable gives another parameter by name
  Layer<?> layer(Function<String, Gate> gate, Function<String, Variable> variable) {
    return switch (this) {
      case LSTM ->
          new Lstm(
              gate.apply("input"), gate.apply("forget"), gate.apply("output"), gate.apply("cell"));
      case LSTM_VO ->
          new PeepholeLstm(
              gate.apply("input"),
              gate.apply("forget"),
              gate.apply("output"),
              gate.apply("cell"),
              variable.apply("v"));
      case GRU -> new Gru(gate.apply("reset"), gate.apply("update"), gate.apply("candidate"));
      case RNN -> new Rnn(gate.apply("gate"));
    };
  }

  /// The kind of a layer.
  static Encoder of(Layer<?> layer) {
    return switch (layer) {
      case Lstm _ -> LSTM;
      case PeepholeLstm _ -> LSTM_VO;
      case Gru _ -> GRU;
      case Rnn _ -> RNN;
    };
  }
}
