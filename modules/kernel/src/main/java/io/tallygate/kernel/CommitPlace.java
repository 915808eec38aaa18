package io.tallygate.kernel;

import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where the next commit runs: on the event loop that has read the requests, or on the writer thread. A commit on the loop
 * saves two hand-overs for each request, and holds up whatever else the loop serves; so loops commit only while commits are
 * short.
 *
 * <p>Of the last {@value #WINDOW} commits, wherever they ran and whatever became of them, at most {@value #SLOW_MAX} may have taken longer than
 * {@link InlineCommits#max}; once more have, loops commit again when at most {@value #SLOW_AGAIN} have. A commit that took a
 * hundred times as long is a disk that stalls: no loop commits for {@link #STALL_PAUSE} after it.
 *
 * <p>{@link #committed} is called by one thread at a time; the rest is thread-safe.
 */
final class CommitPlace {

    static final int WINDOW = 64;
    static final int SLOW_MAX = 16;
    static final int SLOW_AGAIN = 4;
    static final Duration STALL_PAUSE = Duration.ofSeconds(30);

    private static final long STALL_FACTOR = 100;

    private final EventLoops loops;
    private final long maxNanos;
    private final long stallNanos;
    /** A bit for each of the last commits, set for one that was slow. */
    private long slow;
    private boolean stalled;
    private long stalledNanos;
    private volatile boolean inline;

    CommitPlace(InlineCommits settings) {
        this.loops = settings.loops();
        this.maxNanos = settings.max().toNanos();
        this.stallNanos = maxNanos > Long.MAX_VALUE / STALL_FACTOR ? Long.MAX_VALUE : maxNanos * STALL_FACTOR;
        this.inline = maxNanos > 0;
    }

    /** The event loop that runs the calling thread, if it may commit; null means the writer thread. */
    @Nullable
    Executor here() {
        return inline ? loops.current() : null;
    }

    /** Whether event loops may commit. */
    boolean isInline() {
        return inline;
    }

    /**
     * A commit was answered, or was given up for now.
     *
     * @param nowNanos when
     * @param nanos    after how long
     */
    void committed(long nowNanos, long nanos) {
        if (maxNanos == 0) {
            return;
        }
        slow = slow << 1 | (nanos > maxNanos ? 1 : 0);
        if (nanos > stallNanos) {
            stalled = true;
            stalledNanos = nowNanos;
        } else if (stalled && nowNanos - stalledNanos > STALL_PAUSE.toNanos()) {
            stalled = false;
        }
        boolean may = !stalled && Long.bitCount(slow) <= (inline ? SLOW_MAX : SLOW_AGAIN);
        if (may != inline) {
            inline = may;
        }
    }
}
