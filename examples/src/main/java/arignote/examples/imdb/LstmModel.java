package arignote.examples.imdb;

import static arignote.dsl.Maths.argmax;
import static arignote.dsl.Maths.log;
import static arignote.dsl.Maths.mean;
import static arignote.dsl.Maths.select;
import static arignote.dsl.Maths.sum;
import static arignote.dsl.Nn.softmax;
import static arignote.dsl.Shapes.get;
import static arignote.dsl.Shapes.pick;
import static arignote.dsl.Shapes.take;
import static arignote.dsl.Shapes.transpose;
import static arignote.dsl.Values.input;

import arignote.dsl.Nn;
import arignote.dsl.RandomStream;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.tensor.DType;
import java.util.Optional;

/// The tutorial's model: an LSTM over the words of a review, or another [Layer], the mean of its
/// hidden states, logistic regression on that.
///
/// @param tokens `i64[T,B]`, word ids
/// @param mask `[T,B]`, 1 for words, 0 behind the end of a review
/// @param labels `i64[B]`
/// @param words `[T,B,D]`, the embeddings of the words
/// @param cost what training lowers, with dropout if there is any
/// @param logOdds `[B]`, logarithms of how much more probable liking is than not, without dropout
/// @param probabilities `[B,2]`, of both labels, without dropout
/// @param predictions `i64[B]`, the more probable labels
public record LstmModel(
    Input tokens,
    Input mask,
    Input labels,
    Variable words,
    Variable cost,
    Variable logOdds,
    Variable probabilities,
    Variable predictions) {

  /// One gate: `x W + h U + b`.
  public record Gate(Variable w, Variable u, Variable b) {
    Variable apply(Variable x, Variable h) {
      return x.dot(w).add(h.dot(u)).add(b);
    }
  }

  /// `x W + b`.
  public record Affine(Variable w, Variable b) {
    Variable apply(Variable x) {
      return x.dot(w).add(b);
    }
  }

  /// All that is learnt.
  public record Params(Variable embedding, Layer<?> encoder, Affine head) {
    /// Those of the tutorial's LSTM.
    public Params(
        Variable embedding, Gate input, Gate forget, Gate output, Gate cell, Affine head) {
      this(embedding, new Lstm(input, forget, output, cell), head);
    }
  }

  /// Chances are even that dropout keeps a number.
  private static final double KEEP = 0.5;

  /// Keeps the logarithm of a probability of 0 finite.
  private static final double OFFSET = 1e-8;

  /// What training leaves out at random, a different part in each update.
  ///
  /// @param random what to draw it from
  /// @param units whether half of the pooled hidden states; if so, evaluation halves all of them
  /// @param words the part of the words that become the unknown one
  public record Dropout(RandomStream random, boolean units, double words) {}

  /// The model with given parameters.
  ///
  /// @param decayC coefficient of the penalty on the classifier's weights
  public static LstmModel of(Params p, double decayC, Optional<Dropout> dropout) {
    return of(p, decayC, dropout, dropout.map(Dropout::units).orElse(false));
  }

  /// A model that has been trained.
  ///
  /// @param dropout whether units were dropped then
  static LstmModel forEvaluation(Params p, boolean dropout) {
    return of(p, 0, Optional.empty(), dropout);
  }

  private static LstmModel of(
      Params p, double decayC, Optional<Dropout> dropout, boolean dropsUnits) {
    DType floatX = p.embedding().type().dtype();
    Input tokens = input("tokens", DType.I64, "T", "B");
    Input mask = input("mask", floatX, "T", "B");
    Input labels = input("labels", DType.I64, "B");

    Variable words = take(p.embedding(), tokens, 0);
    Variable pooled = pooled(p, words, mask);
    Variable evaluation = dropsUnits ? pooled.mul(KEEP) : pooled;
    Variable training =
        dropout
            .map(drop -> {
              Variable seen =
                  drop.words() > 0
                      ? pooled(p, take(p.embedding(), withUnknown(tokens, drop), 0), mask)
                      : pooled;
              return drop.units() ? Nn.dropout(seen, KEEP, drop.random()) : seen;
            })
            .orElse(pooled);

    Variable likelihood = pick(softmax(p.head().apply(training), 1), labels);
    Variable penalty = sum(p.head().w().square()).mul(decayC);
    Variable cost = mean(log(likelihood.add(OFFSET))).neg().add(penalty);

    Variable logits = p.head().apply(evaluation);
    Variable byLabel = transpose(logits);
    Variable logOdds = get(byLabel, 1).sub(get(byLabel, 0));
    Variable probabilities = softmax(logits, 1);
    return new LstmModel(
        tokens, mask, labels, words, cost, logOdds, probabilities, argmax(probabilities, 1));
  }

  /// Word ids, some of which have become the unknown one.
  private static Variable withUnknown(Variable tokens, Dropout dropout) {
    Variable kept =
        dropout.random().bernoulli(1 - dropout.words(), tokens.type().withDtype(DType.F32));
    return select(kept.gt(0), tokens, Vocabulary.UNKNOWN);
  }

  /// The mean of the hidden states over the words of each review, `[B,D]`.
  private static Variable pooled(Params p, Variable words, Variable mask) {
    Variable h = p.encoder().run(words, mask);
    return sum(h.mul(mask.expandDims(2)), 0).div(sum(mask, 0).expandDims(1));
  }
}
