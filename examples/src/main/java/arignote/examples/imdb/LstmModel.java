package arignote.examples.imdb;

import static arignote.dsl.Maths.argmax;
import static arignote.dsl.Maths.log;
import static arignote.dsl.Maths.mean;
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

  /// The model with given parameters.
  ///
  /// @param decayC coefficient of the penalty on the classifier's weights
  /// @param random what to draw dropout from; none: no dropout, in training or evaluation
  public static LstmModel of(Params p, double decayC, Optional<RandomStream> random) {
    return of(p, decayC, random, random.isPresent());
  }

  /// A model that has been trained.
  ///
  /// @param dropout whether there was any then
  static LstmModel forEvaluation(Params p, boolean dropout) {
    return of(p, 0, Optional.empty(), dropout);
  }

  private static LstmModel of(
      Params p, double decayC, Optional<RandomStream> random, boolean dropout) {
    DType floatX = p.embedding().type().dtype();
    Input tokens = input("tokens", DType.I64, "T", "B");
    Input mask = input("mask", floatX, "T", "B");
    Input labels = input("labels", DType.I64, "B");

    Variable words = take(p.embedding(), tokens, 0);
    Variable pooled = pool(p.encoder().run(words, mask), mask);
    Variable training = random.map(stream -> Nn.dropout(pooled, KEEP, stream)).orElse(pooled);
    Variable evaluation = dropout ? pooled.mul(KEEP) : pooled;

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

  /// The mean of the hidden states over the words of each review, `[B,D]`.
  private static Variable pool(Variable h, Variable mask) {
    return sum(h.mul(mask.expandDims(2)), 0).div(sum(mask, 0).expandDims(1));
  }
}
