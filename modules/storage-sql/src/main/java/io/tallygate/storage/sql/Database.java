package io.tallygate.storage.sql;

import java.sql.SQLException;

/** Runs work in transactions, on connections that it owns. Thread-safe. */
interface Database extends AutoCloseable {

    /** Work on one connection; whatever it throws rolls its transaction back. */
    @FunctionalInterface
    interface Work<S, T> {
        T on(S session) throws SQLException;
    }

    /**
     * Runs work that changes rows, and commits.
     *
     * @throws io.tallygate.kernel.StoreUnavailableException when it is unknown whether that happened
     * @throws IllegalStateException                         when it was rolled back, and would be again
     */
    <T> T write(Work<Session, T> work);

    /** Runs work that changes nothing, on one snapshot where the database offers it. Fails as {@link #write} does. */
    <T> T read(Work<Session, T> work);

    /**
     * Deletes up to {@code limit} rows: idempotency keys that expire until then, oldest first, and flushes applied until
     * then. Returns how many it deleted. Fails as {@link #write} does.
     */
    int purge(long keysUntilMillis, long flushesUntilMillis, int limit);

    /**
     * Returns when it answers, and is not known to refuse what is written.
     *
     * @throws io.tallygate.kernel.StoreUnavailableException when it does not
     */
    void ping();

    /** Whether other processes may write to it. */
    boolean shared();

    @Override
    void close();
}
