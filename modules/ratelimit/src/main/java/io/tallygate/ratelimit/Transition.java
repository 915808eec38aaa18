package io.tallygate.ratelimit;

/**
 * The rule of one algorithm: how the state of a key changes with time and hits. Pure: nothing is read but the arguments,
 * and nothing changed but the cell. Times are in ticks of the limit, and hits are not negative.
 *
 * <p>What decides and changes a state, the methods up to {@link #giveBack}, is what a store outside this process has a copy
 * of. The rest tells what a state means.
 */
sealed interface Transition permits FixedWindow, TokenBucket, SlidingWindow, SlidingLog, Concurrency {

    /**
     * Whether a state in which something counts was written more than a window after a time: by a clock that was wrong, then
     * or now.
     */
    boolean isFarAhead(Limit limit, Cell cell, long now);

    /**
     * Takes a state that was written far ahead as written at a time, with nothing left. Such a state has to be kept, or it
     * would deny for longer than a window.
     */
    void pullBack(Limit limit, Cell cell, long now);

    /**
     * Brings a state that is not far ahead to a time. One in which nothing counts is then as if it had never been. It is kept only when hits are counted or given back then: what is
     * denied, or only looked at, changes nothing.
     */
    void refresh(Limit limit, Cell cell, long now);

    /** Whether so many hits pass, in a state that was brought to this time. */
    boolean admits(Limit limit, Cell cell, long now, long hits);

    /** Counts hits, at least one, whether they pass or not, in a state that was brought to this time. */
    void add(Limit limit, Cell cell, long now, long hits);

    /** Gives hits back, at most what counts, in a state that was brought to this time. */
    void giveBack(Limit limit, Cell cell, long now, long hits);

    /** Whether a state that was brought to a time is as good as none. */
    boolean isBlank(Cell cell);

    /** Makes the cell's three integers what {@link Standing} says, where the state is a list. */
    default void report(Limit limit, Cell cell, long now, long tested) {}

    /** Rewrites a state for a limit of other numbers, so that as much was used as before, or a part of a hit more. */
    default void convert(Limit from, Limit to, Cell cell) {}

    /** How many more hits would pass, at least 0. */
    long remaining(Limit limit, Standing state, long now);

    /** When the state will be as good as none, if nothing else is counted. */
    long resetAt(Limit limit, Standing state, long now);

    /**
     * When so many hits will pass that do not now, if nothing else is counted.
     *
     * @param hits at most {@link Limit#hitsMax}
     */
    long retryAt(Limit limit, Standing state, long hits);
}
