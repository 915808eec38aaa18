package io.tallygate.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

final class CommitPlaceTest {

    private static final long QUICK = Duration.ofMillis(1).toNanos();
    private static final long SLOW = QUICK + 1;
    private static final long STALL = 100 * QUICK + 1;
    private static final Executor LOOP = Runnable::run;

    private final CommitPlace place = new CommitPlace(new InlineCommits(() -> LOOP, Duration.ofMillis(1)));
    private long now = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();

    private void commit(int times, long nanos) {
        for (int i = 0; i < times; i++) {
            now += nanos;
            place.committed(now, nanos);
        }
    }

    @Test
    void here_fromTheStart_isTheLoop() {
        assertThat(place.here()).isSameAs(LOOP);
    }

    @Test
    void here_offEveryLoop_isTheWriter() {
        assertThat(new CommitPlace(new InlineCommits(EventLoops.NONE, Duration.ofMillis(1))).here()).isNull();
    }

    @Test
    void here_noTimeAllowed_isTheWriter() {
        var never = new CommitPlace(new InlineCommits(() -> LOOP, Duration.ZERO));
        never.committed(now, 0);

        assertThat(never.here()).isNull();
    }

    @Test
    void here_aQuarterOfTheWindowIsSlow_isTheLoopStill() {
        commit(CommitPlace.SLOW_MAX, SLOW);

        assertThat(place.here()).isSameAs(LOOP);
    }

    @Test
    void here_moreAreSlow_isTheWriterUntilFewAre() {
        commit(CommitPlace.SLOW_MAX + 1, SLOW);
        assertThat(place.here()).isNull();

        commit(CommitPlace.WINDOW - CommitPlace.SLOW_AGAIN - 1, QUICK);
        assertThat(place.here()).as("a quarter are slow").isNull();
        commit(1, QUICK);
        assertThat(place.here()).isSameAs(LOOP);
    }

    @Test
    void here_aCommitStalled_isTheWriterForAWhile() {
        commit(1, STALL);
        assertThat(place.here()).isNull();

        now += CommitPlace.STALL_PAUSE.toNanos() - QUICK;
        commit(1, QUICK);
        assertThat(place.here()).as("the pause is not over").isNull();
        commit(1, QUICK);
        assertThat(place.here()).isSameAs(LOOP);
    }

    @Test
    void here_itStallsAgain_thePauseBeginsAnew() {
        commit(1, STALL);
        now += CommitPlace.STALL_PAUSE.toNanos() - STALL;
        commit(1, STALL);
        now += CommitPlace.STALL_PAUSE.toNanos();
        commit(1, 0);
        assertThat(place.here()).isNull();

        commit(1, QUICK);
        assertThat(place.here()).isSameAs(LOOP);
    }
}
