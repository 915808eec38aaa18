package io.tallygate.storage.sql;

import io.tallygate.counter.CounterKey;
import io.tallygate.counter.CounterStore;
import io.tallygate.counter.Flush;
import io.tallygate.counter.FlushResult;
import io.tallygate.counter.ForeignFlushException;
import io.tallygate.counter.StaleFlushException;
import io.tallygate.kernel.FlushId;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Counters in a relational database. Thread-safe. */
final class SqlCounterStore implements CounterStore {

    /** A writer is one run of one process: one silent for this long has ended, and repeats nothing. */
    private static final Duration FLUSH_RECORD_LIFE = Duration.ofDays(7);

    private final Database database;

    SqlCounterStore(Database database) {
        this.database = database;
    }

    @Override
    public FlushResult apply(Flush flush) {
        return database.write(session -> apply(flush, session));
    }

    /** One transaction where it has no other to wait for; else their rows, together in no order, could deadlock. */
    @Override
    public List<FlushResult> applyAll(List<Flush> flushes) {
        if (database.shared() || flushes.size() == 1) {
            return CounterStore.super.applyAll(flushes);
        }
        return database.write(session -> {
            List<FlushResult> results = new ArrayList<>(flushes.size());
            for (Flush flush : flushes) {
                results.add(apply(flush, session));
            }
            return results;
        });
    }

    private static FlushResult apply(Flush flush, Session session) throws SQLException {
        FlushId id = flush.id();
        if (!session.claimFlush(id, flush.at().toEpochMilli())) {
            Session.Answered last = session.lastFlush(id.writer()).orElseThrow();
            if (last.sequence() != id.sequence()) {
                throw new StaleFlushException(id);
            }
            ResultCodec.Applied applied = ResultCodec.unpackResult(last.result());
            if (flush.differsFrom(applied.fingerprint())) {
                throw new ForeignFlushException(id);
            }
            return applied.result().asReplayed();
        }
        FlushResult result = new FlushRun(flush, session).run();
        session.recordFlush(id.writer(), ResultCodec.pack(result, flush.fingerprint()));
        return result;
    }

    @Override
    public long[] read(List<CounterKey> counters) {
        return counters.isEmpty() ? new long[0] : database.read(session -> session.read(counters));
    }

    @Override
    public List<Ranked> top(String counterType, int limit) {
        return database.read(session -> session.top(counterType, limit));
    }

    @Override
    public int purgeExpired(Instant now, int limit) {
        return database.purge(now.toEpochMilli(), now.minus(FLUSH_RECORD_LIFE).toEpochMilli(), limit);
    }

    @Override
    public void ping() {
        database.ping();
    }

    @Override
    public boolean shared() {
        return database.shared();
    }

    @Override
    public void close() {
        database.close();
    }
}
