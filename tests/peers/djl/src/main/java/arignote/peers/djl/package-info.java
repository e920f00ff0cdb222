/// The benchmark's peer DJL, whose PyTorch engine is libtorch with MKL.
@NullMarked
package arignote.peers.djl;

import org.jspecify.annotations.NullMarked;
