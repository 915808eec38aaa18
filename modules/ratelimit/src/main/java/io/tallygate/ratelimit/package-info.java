/**
 * Rate limits: how much may pass in a time, and what is left.
 *
 * <p>A {@link io.tallygate.ratelimit.Limit} is the numbers of one limit; what it counts is named by a
 * {@link io.tallygate.ratelimit.LimitKey}. A {@link io.tallygate.ratelimit.RateLimitRequest} claims hits of several limits
 * at once, and a {@link io.tallygate.ratelimit.RateLimitStore} decides it in one step.
 *
 * <p><b>One rule, one place.</b> Each algorithm is a {@link io.tallygate.ratelimit.Transition}: a pure function of
 * integers, from the state of a key, the time and a number of hits to the state afterwards and whether they pass. A
 * {@link io.tallygate.ratelimit.Round} says which claims of a request take effect together. Both know no store and no
 * clock, and use nothing that a script on Redis cannot do with its doubles: sums, comparisons, and products whose exact
 * value matters only below the bound of the limit's {@link io.tallygate.ratelimit.Precision}. What is told to callers
 * (remaining hits, and when there will be more) is not a part of it: a {@link io.tallygate.ratelimit.LimitDecision}
 * computes that from the state after the decision, when it is asked for.
 *
 * <p><b>Time</b> is counted in ticks since the epoch. A limit's tick is the finest with which its numbers stay in bounds.
 * A state whose time is ahead of the clock by at most a window is believed: the decision is made at that time. One that is
 * further ahead was written by a clock that was wrong, and is taken as written now with nothing left. So a clock that
 * jumps back never lets more pass, and denies for one window at most.
 *
 * <p><b>State</b> is three integers for a key, or a list of them for {@code sliding_log} and {@code concurrency}. It belongs
 * to the key, not to the numbers of the limit: with other numbers, what was used is kept.
 *
 * <p><b>In memory</b> ({@link io.tallygate.ratelimit.MemoryStore}) keys are held as keyed hashes of 128 bits in stripes,
 * each with a lock and a table of its own, within a bound of bytes that is never passed.
 *
 * <p><b>Shared by processes</b>, they are in a store elsewhere, in front of which {@link io.tallygate.ratelimit.CachedDenials}
 * remembers what was denied.
 */
@NullMarked
package io.tallygate.ratelimit;

import org.jspecify.annotations.NullMarked;
