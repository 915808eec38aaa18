package io.tallygate.grpc.client;

import java.time.Duration;

/**
 * How an {@link IncrementSession} behaves.
 *
 * @param valuesWanted     whether outcomes carry each increment's value; it costs bandwidth
 * @param pendingMax       increments that may wait or be on their way, at least {@link IncrementSession#BATCH_MAX}
 * @param acknowledgeAfter how long the server may be silent while it owes an answer, before another connection is tried;
 *                         longer than the server's own {@code tallygate.commit.timeout}
 * @param closeTimeout     how long {@link IncrementSession#close()} waits for what is pending
 */
public record SessionSettings(
        boolean valuesWanted, int pendingMax, Duration acknowledgeAfter, Duration closeTimeout) {

    /** @throws IllegalArgumentException when a bound is too low to work with */
    public SessionSettings {
        if (pendingMax < IncrementSession.BATCH_MAX) {
            throw new IllegalArgumentException(
                    "pendingMax is " + pendingMax + ", must be at least " + IncrementSession.BATCH_MAX);
        }
        if (!acknowledgeAfter.isPositive() || closeTimeout.isNegative()) {
            throw new IllegalArgumentException("acknowledgeAfter is " + acknowledgeAfter + " and closeTimeout "
                    + closeTimeout + ", must be positive and not negative");
        }
    }

    /** No values, 65,536 pending, 10 s of silence, 30 s to close. */
    public static SessionSettings defaults() {
        return new SessionSettings(false, 65_536, Duration.ofSeconds(10), Duration.ofSeconds(30));
    }

    /** The same with values. */
    public SessionSettings withValues() {
        return new SessionSettings(true, pendingMax, acknowledgeAfter, closeTimeout);
    }
}
