package arignote.examples;

import arignote.examples.imdb.PreprocessOptions;
import arignote.examples.imdb.ReviewPreparation;
import arignote.examples.terminal.Screen;

/// Makes the files that `ImdbLstm` learns from out of reviews as texts, a folder or an archive in
/// the layout of the Large Movie Review Dataset.
public final class ImdbPreprocess {
  private ImdbPreprocess() {}

  public static void main(String[] arguments) {
    new Program(
            "ImdbPreprocess",
            "makes imdb.pkl and imdb.dict.pkl out of film reviews in text files",
            PreprocessOptions.names(),
            PreprocessOptions.table())
        .run(
            arguments,
            () ->
                ReviewPreparation.run(
                    PreprocessOptions.from(System.getProperties()), Screen.standard()));
  }
}
