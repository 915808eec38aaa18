package io.tallygate.quota;

import java.time.Duration;

/**
 * The bounds of the asynchronous side.
 *
 * @param workers    lanes
 * @param queueMax   the most operations that wait; one more is committed before its answer
 * @param batchMax   how many different rows end the wait early
 * @param linger     the longest wait for company, not the least
 * @param retries    after so many failures in a row the side is not healthy; it goes on trying
 * @param retryDelay the pause before it tries again the first time
 */
record AsyncSettings(int workers, int queueMax, int batchMax, Duration linger, int retries, Duration retryDelay) {

    private static final Duration DELAY = Duration.ofMillis(100);

    static final AsyncSettings DEFAULT = new AsyncSettings(3, 1_000, 10, Duration.ofSeconds(5), 3, DELAY);
    static final AsyncSettings HIGH_THROUGHPUT = new AsyncSettings(5, 2_000, 20, Duration.ofSeconds(3), 3, DELAY);
    static final AsyncSettings LOW_LATENCY = new AsyncSettings(2, 500, 5, Duration.ofSeconds(1), 3, DELAY);

    /** The most lanes. */
    private static final int WORKERS_MAX = 64;

    AsyncSettings {
        require("workers", workers >= 1 && workers <= WORKERS_MAX, "must be from 1 to " + WORKERS_MAX);
        require("queue-max", queueMax >= 1 && queueMax <= 1_000_000, "must be from 1 to 1000000");
        require("batch-max", batchMax >= 1, "must be at least 1");
        require("linger", !linger.isNegative(), "must not be negative");
        require("retries", retries >= 1, "must be at least 1");
        require("retry-delay", retryDelay.isPositive(), "must be longer than nothing");
    }

    /** So many changes that wait in one lane end its wait, too, so that a few busy rows do not fill the queue. */
    int changesEnough() {
        return Math.max(batchMax, queueMax / (2 * workers));
    }

    private static void require(String name, boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("tallygate.quota.async." + name + " " + rule);
        }
    }

    /**
     * The column of a name.
     *
     * @throws IllegalArgumentException when there is none
     */
    static AsyncSettings profile(String name) {
        return switch (name) {
            case "default" -> DEFAULT;
            case "high-throughput" -> HIGH_THROUGHPUT;
            case "low-latency" -> LOW_LATENCY;
            default -> throw new IllegalArgumentException("tallygate.quota.async.profile is " + name
                    + ", must be default, high-throughput or low-latency");
        };
    }
}
