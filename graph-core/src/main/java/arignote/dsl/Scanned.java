package arignote.dsl;

/// What a loop leaves behind.
///
/// @param last the state after the last step
/// @param history the state after each step, stacked along a new first axis
public record Scanned<S>(S last, S history) {}
