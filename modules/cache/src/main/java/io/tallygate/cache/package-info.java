/**
 * Values in several levels: L1 in the process, L2 between processes, and behind them a loader.
 *
 * <p><b>What is promised.</b> A process loads a key once at a time, and so do all processes together as long as L2
 * answers. A value that was read or loaded enters a level only if nothing was told about its key since the read
 * began, so that an invalidated one never comes back. What was invalidated is never served again by the process that
 * was asked to; others follow L2's messages, and while they hear none they ask before they use what they have.
 *
 * <p><b>What is not.</b> L2 keeps nothing that cannot be loaded again, and a value may be as old as its lives say.
 *
 * <p><b>Threads.</b> There are none of its own but one for time. A hit in L1 takes no lock; what is loaded is loaded
 * on the thread that asked first, and is told on the thread that brought it.
 */
@NullMarked
package io.tallygate.cache;

import org.jspecify.annotations.NullMarked;
