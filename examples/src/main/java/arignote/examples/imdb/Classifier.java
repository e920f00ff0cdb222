package arignote.examples.imdb;

import static arignote.autodiff.Gradients.grad;
import static arignote.dsl.Maths.sum;

import arignote.examples.imdb.LstmModel.Params;
import arignote.ir.Variable;
import arignote.runtime.Function;
import arignote.runtime.Results;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;

/// A trained model that says what it makes of single texts, and by which words.
public final class Classifier {
  /// What a model makes of a text.
  ///
  /// @param probability that its author liked the film
  /// @param contributions for each word, the gradient of the log-odds with respect to its
  ///   embedding, times its embedding: how much the word speaks for liking, to first order
  public record Verdict(double probability, double[] contributions) {
    /// The more probable label.
    public String label() {
      return probability > 0.5 ? "positive" : "negative";
    }
  }

  /// Texts are filled up to a multiple of so many words: a function is prepared anew for each
  /// length that it meets.
  private static final int LENGTHS = 16;

  private final Params params;
  private final Function classify;

  /// @param dropout whether the model was trained with dropout
  public Classifier(Params params, boolean dropout) {
    this.params = params;
    LstmModel model = LstmModel.forEvaluation(params, dropout);
    Variable contributions = sum(grad(sum(model.logOdds()), model.words()).mul(model.words()), 2);
    this.classify =
        Function.compile()
            .inputs(model.tokens(), model.mask())
            .output("probabilities", model.probabilities())
            .output("contributions", contributions)
            .build("classify");
  }

  /// Judges a text of at least one word.
  public Verdict classify(int[] words) {
    int steps = LENGTHS * Math.ceilDiv(words.length, LENGTHS);
    HostTensor tokens = HostTensor.zeros(DType.I64, steps, 1);
    HostTensor mask = HostTensor.zeros(params.embedding().type().dtype(), steps, 1);
    for (int t = 0; t < words.length; t++) {
      tokens.setLong(t, words[t]);
      mask.setDouble(t, 1);
    }
    Results results = classify.call(tokens, mask);
    double[] contributions = new double[words.length];
    for (int t = 0; t < words.length; t++) {
      contributions[t] = results.get("contributions").getDouble(t);
    }
    return new Verdict(results.get("probabilities").getDouble(1), contributions);
  }
}
