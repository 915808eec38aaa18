package io.tallygate.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.ReleasedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the file in which leaderboards wait. */
final class FileSnapshotsTest {

    @TempDir
    private Path directory = Path.of("");

    private static Leaderboards boards() {
        return new Leaderboards(new OracleStore(new OracleStore.Data()), InstantSource.system(), () -> 0);
    }

    @Test
    void load_always_takesTheSnapshotAway() {
        var snapshots = new FileSnapshots(directory.resolve("leaderboards.snapshot"));
        snapshots.save(new byte[]{1, 2});
        assertThat(snapshots.load()).hasValueSatisfying(bytes -> assertThat(bytes).containsExactly(1, 2));
        assertThat(snapshots.load()).isEmpty();
    }

    @Test
    void start_withADamagedSnapshot_keepsItBeside() throws IOException {
        byte[] damaged = new ReleasedData(LeaderboardsUpgradeTest.class, "0.1.0").bytes("leaderboards.snapshot");
        damaged[damaged.length / 2] ^= 1;
        Path file = directory.resolve("leaderboards.snapshot");
        Files.write(file, damaged);

        new LeaderboardKeeper(boards(), new FileSnapshots(file)).keep();

        assertThat(directory.resolve("leaderboards.snapshot.unreadable")).hasBinaryContent(damaged);
        assertThat(file).exists();
        new LeaderboardKeeper(boards(), new FileSnapshots(file)).keep();
        assertThat(directory.resolve("leaderboards.snapshot.unreadable")).hasBinaryContent(damaged);
    }
}
