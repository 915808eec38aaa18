package io.tallygate.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.counter.Leaderboard.Entry;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.ReleasedData;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leaderboards that a released version saved when it stopped go on. */
final class LeaderboardsUpgradeTest {

    @ParameterizedTest
    @ValueSource(strings = "0.1.0")
    void restore_snapshotOfAReleasedVersion_goesOn(String version) {
        var released = new ReleasedData(LeaderboardsUpgradeTest.class, version);
        Instant soonAfter = released.writtenAt().plus(Duration.ofMinutes(1));
        var boards = new Leaderboards(
                new OracleStore(new OracleStore.Data()), InstantSource.fixed(soonAfter), () -> 0);

        assertThat(boards.restore(released.bytes("leaderboards.snapshot"))).isTrue();

        assertThat(boards.top("likes", Window.HOUR, 3).entries()).isEqualTo(List.of(new Entry(1, "article-1", 42, 0),
                new Entry(2, "deleted", 9, 0), new Entry(3, "article-2", 6, 0)));
    }
}
