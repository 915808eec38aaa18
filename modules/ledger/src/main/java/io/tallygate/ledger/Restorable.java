package io.tallygate.ledger;

/** What must be told when its process goes on from a copy of its memory, from which other processes may go on too. */
public interface Restorable {

    /** This process has been restored: from here on it shares no name with another one. Thread-safe; does not block. */
    void restored();
}
