/**
 * What all functions share. A function is a process that AWS Lambda may freeze as soon as it has answered, for minutes
 * or for ever, and that is one of many. So:
 *
 * <ul>
 * <li>It answers after the commit, also what is accepted without waiting ({@code async}).
 * <li>It needs a store that outlives it and that others share, and refuses to start on the embedded one.
 * <li>It has no read cache and asks the store for every leaderboard: what it remembers was true before the freeze. It
 * offers no leaderboards of windows, which each process would add up for itself.
 * <li>It deletes nothing in the background: what expires on PostgreSQL is deleted by a function of its own, on a
 * schedule. On Redis it expires by itself.
 * <li>Its connections are opened while Lambda initializes it and used by all its invocations. One that the store has
 * closed meanwhile is opened again by the invocation that finds out; its flush is repeated with its number.
 * <li>It may be restored from a snapshot from which others are restored too (SnapStart). The name under which it numbers
 * its flushes is drawn at the first of them, and anew after a restore.
 * </ul>
 *
 * <p>One thing can outlive an answer: a flush whose outcome was unknown when its caller's time was over, which was told
 * as 503 {@code commit-timeout}. It is repeated, with its number, when the process goes on. The clocks used for
 * deadlines may stand still or jump during a freeze; nothing waits then, so nothing depends on it.
 */
@NullMarked
package io.tallygate.functions.runtime;

import org.jspecify.annotations.NullMarked;
