/// What the tutorial "LSTM Networks for Sentiment Analysis" needs beside its graph: reviews and
/// where they come from, batches, options, the training loop, saved models; and, in
/// [arignote.examples.imdb.LstmModel], the graph itself for whoever is not the program's `main`.
@NullMarked
package arignote.examples.imdb;

import org.jspecify.annotations.NullMarked;
