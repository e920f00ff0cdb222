/// The contract between the benchmark's master and the contenders, Arignote and its peers, each in
/// a JVM of its own: what the cases are, what numbers they run on, how a contender answers. Nothing
/// here needs Arignote, so that a peer's class path holds that peer alone.
@NullMarked
package arignote.tests.bench.contest;

import org.jspecify.annotations.NullMarked;
