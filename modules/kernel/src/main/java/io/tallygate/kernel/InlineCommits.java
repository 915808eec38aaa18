package io.tallygate.kernel;

import java.time.Duration;

/**
 * Whether event loops may commit what they have read, rather than hand it to the writer thread.
 *
 * @param loops      those of this process
 * @param max        how long a commit may take on one, as {@link CommitPlace} judges it; zero for no commit on any
 * @param relayedMax the same of what other processes have gathered: a loop reads a whole flush at once then
 */
public record InlineCommits(EventLoops loops, Duration max, Duration relayedMax) {

    /** Only the writer thread commits. */
    public static final InlineCommits NONE = new InlineCommits(EventLoops.NONE, Duration.ZERO);

    /** The same for all that is read. */
    public InlineCommits(EventLoops loops, Duration max) {
        this(loops, max, max);
    }

    /** For a target that does not block: any loop begins a flush, and none waits for it. */
    public static InlineCommits always(EventLoops loops) {
        return new InlineCommits(loops, Duration.ofNanos(Long.MAX_VALUE));
    }

    /**
     * As {@code tallygate.commit.inline-max} and {@code tallygate.commit.relayed-inline-max} say.
     *
     * @throws WrongSettingException when one breaks its rule
     */
    public static InlineCommits of(EventLoops loops, SettingValues values) {
        return new InlineCommits(loops, CommitSettingGroup.INLINE_MAX.in(values),
                CommitSettingGroup.RELAYED_INLINE_MAX.in(values));
    }

    /** For the writer of what other processes have gathered. */
    public InlineCommits relayed() {
        return new InlineCommits(loops, relayedMax);
    }
}
