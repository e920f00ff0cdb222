package arignote.dsl;

/// What one step of a loop returns if its output is not its state.
///
/// @param next the state for the next step
/// @param output what is stacked
public record Step<S, O>(S next, O output) {}
