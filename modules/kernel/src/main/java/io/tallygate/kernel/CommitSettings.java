package io.tallygate.kernel;

import java.time.Duration;

/**
 * The bounds of a {@link GroupCommit}.
 *
 * @param queueMax         the most operations that wait or are being flushed; one more is refused. A submission of more
 *                         than {@link #PLACE_BYTES} takes the places of several, and fits a queue that is empty
 * @param batchMax         the most operations in a flush, unless a single submission weighs more; their bytes are
 *                         bounded in the same way, by {@link #BATCH_BYTES_MAX}
 * @param timeout          how long a caller waits for its commit
 * @param linger           how long accepted operations may wait for company
 * @param lingerOperations how many of them end that wait early
 * @param retryDelay       the pause before a flush without an answer is sent again; each further one is twice as long, up to
 *                         500 ms unless this is longer
 */
public record CommitSettings(int queueMax, int batchMax, Duration timeout, Duration linger, int lingerOperations,
        Duration retryDelay) {

    private static final Duration RETRY_DELAY = Duration.ofMillis(10);

    /** The most bytes in a flush, unless a single submission has more: 2 MiB. */
    public static final int BATCH_BYTES_MAX = 2 << 20;
    /** How many bytes a place in the queue holds: 1 KiB. */
    public static final int PLACE_BYTES = 1 << 10;

    public static final CommitSettings DEFAULT = of(SettingValues.NONE);

    public CommitSettings {
        require("queueMax", queueMax > 0);
        require("batchMax", batchMax > 0);
        require("timeout", timeout.isPositive());
        require("linger", !linger.isNegative());
        require("lingerOperations", lingerOperations > 0);
        require("retryDelay", retryDelay.isPositive());
    }

    /** Those of a flush that is sent again after 10 ms. */
    public CommitSettings(int queueMax, int batchMax, Duration timeout, Duration linger, int lingerOperations) {
        this(queueMax, batchMax, timeout, linger, lingerOperations, RETRY_DELAY);
    }

    /**
     * Those of {@code tallygate.commit} and {@code tallygate.accept}.
     *
     * @throws WrongSettingException naming the one that breaks its rule
     */
    public static CommitSettings of(SettingValues values) {
        return new CommitSettings(CommitSettingGroup.QUEUE_MAX.in(values), CommitSettingGroup.BATCH_MAX.in(values),
                CommitSettingGroup.TIMEOUT.in(values), CommitSettingGroup.LINGER.in(values),
                CommitSettingGroup.LINGER_OPERATIONS.in(values));
    }

    private static void require(String name, boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException(name + " must be positive");
        }
    }
}
