/**
 * Counters and leaderboards, on the ledger. A counter is a row: its type is the section, its resource the id
 * ({@link io.tallygate.counter.CounterKey}), and an increment is an add that only the range of a 64-bit integer bounds.
 */
@NullMarked
package io.tallygate.counter;

import org.jspecify.annotations.NullMarked;
