package io.tallygate.kernel;

import java.time.Duration;

/**
 * The bounds of a {@link GroupCommit}.
 *
 * @param queueMax         the most operations that wait or are being flushed; one more is refused
 * @param batchMax         the most operations in a flush, unless a single submission weighs more
 * @param timeout          how long a caller waits for its commit
 * @param linger           how long accepted operations may wait for company
 * @param lingerOperations how many of them end that wait early
 */
public record CommitSettings(int queueMax, int batchMax, Duration timeout, Duration linger, int lingerOperations) {

    public static final CommitSettings DEFAULT = of(SettingValues.NONE);

    public CommitSettings {
        require("queueMax", queueMax > 0);
        require("batchMax", batchMax > 0);
        require("timeout", timeout.isPositive());
        require("linger", !linger.isNegative());
        require("lingerOperations", lingerOperations > 0);
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
