package arignote.dsl;

/// What a loop leaves behind whose steps return a [Step].
///
/// @param last the state after the last step
/// @param stacked the output of each step, stacked along a new first axis
public record Emission<S, O>(S last, O stacked) {}
