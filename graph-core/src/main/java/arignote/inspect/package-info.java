/// Looking into graphs: as mathematics on one line, as trees, for Graphviz, as a page to explore in
/// a browser; and what the passes did. Nothing here changes a graph, and nothing recurses over one.
@NullMarked
package arignote.inspect;

import org.jspecify.annotations.NullMarked;
