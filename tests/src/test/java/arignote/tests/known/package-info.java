/// Known answers: what users of Theano and PyTensor check most, as tables of inputs and of values
/// that are computed by hand or by plain arithmetic, never by Arignote.
@NullMarked
package arignote.tests.known;

import org.jspecify.annotations.NullMarked;
