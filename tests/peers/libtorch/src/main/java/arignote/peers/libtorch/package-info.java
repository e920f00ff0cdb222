/// The benchmark's peer libtorch, through the JavaCPP presets of PyTorch.
@NullMarked
package arignote.peers.libtorch;

import org.jspecify.annotations.NullMarked;
