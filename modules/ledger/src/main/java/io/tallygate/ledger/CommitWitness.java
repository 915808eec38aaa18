package io.tallygate.ledger;

/** A {@link CommitListener} that keeps what it was told for the process's next run. */
public interface CommitWitness extends CommitListener {

    /**
     * Keeps what it knows, replacing what it kept before. Called when the ledger begins to close, because the process may be
     * ended while it waits for the store, and again after the last commit.
     *
     * @throws RuntimeException when it cannot; the first time that is ignored
     */
    void keep();
}
