package arignote.examples;

import static arignote.autodiff.Gradients.grad;
import static arignote.autodiff.optim.Optimisers.adadelta;
import static arignote.autodiff.optim.Optimisers.adam;
import static arignote.autodiff.optim.Optimisers.clipByNorm;
import static arignote.autodiff.optim.Optimisers.rmsprop;
import static arignote.autodiff.optim.Optimisers.sgd;
import static arignote.dsl.Values.floatX;

import arignote.dsl.RandomStream;
import arignote.dsl.Trees;
import arignote.examples.imdb.Checkpoint;
import arignote.examples.imdb.CompiledLearner;
import arignote.examples.imdb.Errors;
import arignote.examples.imdb.GradientFlow;
import arignote.examples.imdb.Interruption;
import arignote.examples.imdb.LstmModel;
import arignote.examples.imdb.LstmModel.Dropout;
import arignote.examples.imdb.LstmModel.Params;
import arignote.examples.imdb.Options;
import arignote.examples.imdb.PackedParams;
import arignote.examples.imdb.Predictor;
import arignote.examples.imdb.Review;
import arignote.examples.imdb.ReviewSource;
import arignote.examples.imdb.SavedModel;
import arignote.examples.imdb.Split;
import arignote.examples.imdb.Trainer;
import arignote.examples.terminal.Screen;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.runtime.Function;
import arignote.tensor.HostTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tutorial "LSTM Networks for Sentiment Analysis": learns from film reviews whether their
/// authors liked the film. The model is in [LstmModel].
public final class ImdbLstm {
  private ImdbLstm() {}

  public static void main(String[] arguments) {
    new Program(
            "ImdbLstm",
            "learns from film reviews whether their authors liked the film",
            Options.names(),
            Options.table())
        .run(arguments, () -> run(Options.from(System.getProperties()), Screen.standard()));
  }

  private static void run(Options options, Screen screen) {
    if (options.gradientFlow().isPresent()) {
      drawGradientFlow(options.gradientFlow().get(), options, screen);
    } else if (options.predict().isPresent()) {
      Predictor.run(options, floatX(), System.in, screen);
    } else {
      train(options, screen);
    }
  }

  /// Trains as the options say.
  static Errors train(Options options, Screen screen) {
    Optional<SavedModel> file = options.saveto().map(SavedModel::at);
    screen.println("model options: " + options);

    screen.println("Loading data");
    Split data = Split.of(new ReviewSource(screen).find(options), options);
    screen.println(data.train().size() + " train examples");
    screen.println(data.valid().size() + " valid examples");
    screen.println(data.test().size() + " test examples");

    screen.println("Building model");
    Map<String, HostTensor> initial =
        saved(options).orElseGet(() -> PackedParams.initial(options, floatX()));
    Params p = PackedParams.share(initial);
    Optional<Dropout> dropout = options.dropout();
    LstmModel model = LstmModel.of(p, options.decayC(), dropout);
    Map<Shared, Variable> updates = updates(options, p, grad(model.cost(), p));
    Function train =
        Function.compile()
            .inputs(model.tokens(), model.mask(), model.labels())
            .outputs(model.cost())
            .updates(updates)
            .build("train");
    Function predict =
        Function.compile()
            .inputs(model.tokens(), model.mask())
            .outputs(model.predictions())
            .build("predict");

    screen.println("Optimization");
    List<Shared> remembered = new ArrayList<>(updates.keySet());
    remembered.removeAll(Trees.variables(p));
    dropout.map(Dropout::random).map(RandomStream::counter).ifPresent(remembered::add);
    Trainer trainer =
        new Trainer(
            new CompiledLearner(p, train, predict, remembered), data, options, file, screen);
    options.resume().map(Checkpoint::read).ifPresent(trainer::resume);
    try (Interruption ctrlC = Interruption.ofCtrlC()) {
      trainer.train(ctrlC);
    }
    return trainer.finish();
  }

  /// Draws how far gradients reach, with the reviews that the options say.
  private static void drawGradientFlow(Path picture, Options options, Screen screen) {
    List<Review> reviews = new ReviewSource(screen).find(options).train();
    GradientFlow.draw(
        picture, Split.capped(reviews, options), options, floatX(), saved(options), screen);
  }

  private static Optional<Map<String, HostTensor>> saved(Options options) {
    return options.reloadModel().map(path -> SavedModel.read(path, options, floatX()));
  }

  private static Map<Shared, Variable> updates(Options options, Params p, Params raw) {
    Params gradients = options.clipNorm() > 0 ? clipByNorm(raw, options.clipNorm()) : raw;
    return switch (options.optimizer()) {
      case SGD -> sgd(p, gradients, options.lrate());
      case ADADELTA -> adadelta(p, gradients);
      case RMSPROP -> rmsprop(p, gradients);
      case ADAM -> adam(p, gradients, options.lrate());
    };
  }
}
