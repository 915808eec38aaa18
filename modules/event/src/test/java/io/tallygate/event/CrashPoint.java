package io.tallygate.event;

/** Between which two steps of what becomes of an event a process dies. */
public enum CrashPoint {

    /** Events were taken from the log, and nothing was done with them. */
    FETCHED,
    /** An effect is on its way to the store, and not there. */
    BEFORE_EFFECT,
    /** An effect is stored, and whoever waits for it does not hear of that. */
    AFTER_EFFECT,
    /** An event has failed for good, and its dead letter is not stored. */
    BEFORE_DEAD_LETTER,
    /** A dead letter is stored, and whoever waits for it does not hear of that. */
    AFTER_DEAD_LETTER,
    /** Events are done, and the group's position is not stored. */
    BEFORE_ACKNOWLEDGEMENT,
    /** The group's position is stored, and whoever waits for it does not hear of that. */
    AFTER_ACKNOWLEDGEMENT,
    /** The group's position is stored, and a log that keeps offsets of its own is not told. */
    BEFORE_COMMIT,
    /** The same, when the log was told. */
    AFTER_COMMIT
}
