package io.tallygate.kernel;

import java.time.Duration;

/**
 * Whether event loops may commit what they have read, rather than hand it to the writer thread.
 *
 * @param loops those of this process
 * @param max   how long a commit may take on one, as {@link CommitPlace} judges it; zero for no commit on any
 */
public record InlineCommits(EventLoops loops, Duration max) {

    /** Only the writer thread commits. */
    public static final InlineCommits NONE = new InlineCommits(EventLoops.NONE, Duration.ZERO);

    /**
     * As {@code tallygate.commit.inline-max} says.
     *
     * @throws WrongSettingException when it breaks its rule
     */
    public static InlineCommits of(EventLoops loops, SettingValues values) {
        return new InlineCommits(loops, CommitSettingGroup.INLINE_MAX.in(values));
    }
}
