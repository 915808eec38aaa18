package io.tallygate.functions.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Versioned;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PurgeTest {

    @Test
    void run_withTime_deletesEverythingInRounds() {
        var records = new Records(2_345);
        assertThat(new Purge(new ForegroundStore(records), List.of()).run(Instant.EPOCH, () -> false)).isEqualTo(2_345);
        assertThat(records.rounds).isEqualTo(3);
    }

    @Test
    void run_whenTimeIsUp_leavesTheRest() {
        var records = new Records(2_345);
        assertThat(new Purge(records, List.of()).run(Instant.EPOCH, () -> records.rounds == 2)).isEqualTo(2_000);
        assertThat(new Purge(records, List.of()).run(Instant.EPOCH, () -> true)).isZero();
    }

    @Test
    void run_always_hasDomainsDoTheirShare() {
        var records = new Records(3);
        assertThat(new Purge(records, List.of((now, timeIsUp) -> timeIsUp.getAsBoolean() ? 0 : now.getEpochSecond(),
                (_, _) -> 2)).run(Instant.ofEpochSecond(7), () -> false)).isEqualTo(12);
    }

    @Test
    void purgeExpired_inTheBackground_deletesNothing() {
        var records = new Records(5);
        assertThat(new ForegroundStore(records).purgeExpired(Instant.EPOCH, 5)).isZero();
        assertThat(records.left).isEqualTo(5);
    }

    /** A store of nothing but expired records. */
    private static final class Records implements LedgerStore {

        private int left;
        private int rounds;

        private Records(int left) {
            this.left = left;
        }

        @Override
        public int purgeExpired(Instant now, int limit) {
            int purged = Math.min(left, limit);
            left -= purged;
            rounds++;
            return purged;
        }

        @Override
        public FlushResult apply(Flush flush) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long[] read(List<RowKey> rows) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Versioned> readDocuments(List<RowKey> rows) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Row> list(Book book, String section, String afterId, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Row> listThrough(Book book, String throughSection, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int sweep(Book book, String throughSection, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Ranked> rank(Book book, String section, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void ping() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean shared() {
            return true;
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
