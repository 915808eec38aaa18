package io.tallygate.contract;

import java.time.Duration;

/** What became of a request that was sent. */
sealed interface Fate {

    /** It was answered, whole. */
    record Answered(Answer answer) implements Fate {}

    /**
     * The connection ended first.
     *
     * @param waited from the request's last byte until the end was seen
     * @param how    what the client saw
     */
    record Cut(Duration waited, How how) implements Fate {}

    /** How a connection ends without an answer. */
    enum How {
        /** In order, before the first byte of an answer. */
        CLOSED,
        /** By a reset, before the first byte of an answer. */
        RESET,
        /** In the middle of an answer. */
        TRUNCATED,
        /** Not at all: the client gave up waiting. */
        SILENT
    }
}
