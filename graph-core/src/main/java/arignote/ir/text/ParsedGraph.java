package arignote.ir.text;

import arignote.ir.Graph;

/// What a text says.
///
/// @param name the name behind `graph @`
public record ParsedGraph(String name, Graph graph) {}
