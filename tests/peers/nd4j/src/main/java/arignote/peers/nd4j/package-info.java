/// The benchmark's peer ND4J, with its graphs, SameDiff.
@NullMarked
package arignote.peers.nd4j;

import org.jspecify.annotations.NullMarked;
