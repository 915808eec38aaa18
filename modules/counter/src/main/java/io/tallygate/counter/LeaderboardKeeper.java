package io.tallygate.counter;

import io.tallygate.ledger.CommitWitness;
import io.tallygate.ledger.RowKey;
import java.time.Instant;

/** Brings the commits of counters to the leaderboards, and their windows to the process's next run. */
final class LeaderboardKeeper implements CommitWitness {

    private final Leaderboards leaderboards;
    private final LeaderboardSnapshots snapshots;

    /** Takes over what was kept last; what cannot be read is set aside. */
    LeaderboardKeeper(Leaderboards leaderboards, LeaderboardSnapshots snapshots) {
        this.leaderboards = leaderboards;
        this.snapshots = snapshots;
        snapshots.load().filter(snapshot -> !leaderboards.restore(snapshot)).ifPresent(snapshots::setAside);
    }

    @Override
    public void added(RowKey row, long delta, long value, Instant at) {
        if (row.book().equals(CounterKey.BOOK)) {
            leaderboards.added(row, delta, value, at);
        }
    }

    @Override
    public void deleted(RowKey row, Instant at) {
        if (row.book().equals(CounterKey.BOOK)) {
            leaderboards.reset(row, at);
        }
    }

    @Override
    public void keep() {
        snapshots.save(leaderboards.toBytes());
    }
}
