package arignote.dsl;

import arignote.ir.Variable;

/// What a loop leaves behind that ends at a condition.
///
/// @param last the state after the last step that ran
/// @param history the state after each step, stacked along a new first axis; after the end it stays
///   what it was
/// @param steps how many steps ran, an `i64` scalar
public record Stopped<S>(S last, S history, Variable steps) {}
