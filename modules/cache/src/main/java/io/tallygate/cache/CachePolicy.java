package io.tallygate.cache;

import java.time.Duration;

/**
 * How long values live, and how long one waits for them. Immutable.
 *
 * @param entries      the most values in L1
 * @param localLife    how long a value lives in L1
 * @param sharedLife   how long a value lives in L2; without L2 it has no meaning
 * @param staleLife    how long after its life a value may stand in when no newer one can be had; a day at most
 * @param negativeLife how long it is known that there is no value
 * @param jitter       by how many percent lives differ, so that they do not end together
 * @param soft         how long a stale value is held back for a newer one
 * @param hard         how long one waits for a value at all
 * @param retry        how long a stale value stands in before its source is asked again
 * @param own          whether nobody else changes the source: else a value that no message can reach lives at most 5 s
 * @param warmRate     keys a second that a warm-up begins with
 */
public record CachePolicy(int entries, Duration localLife, Duration sharedLife, Duration staleLife,
        Duration negativeLife, int jitter, Duration soft, Duration hard, Duration retry, boolean own, int warmRate) {

    /** The longest that an expired value may stand in. */
    public static final Duration STALE_MAX = Duration.ofDays(1);

    /** 1,000 values in L1 for 5 minutes, in L2 for 30, each more or less 10 %. */
    public static final CachePolicy DEFAULT = new CachePolicy(1_000, Duration.ofMinutes(5), Duration.ofMinutes(30),
            Duration.ofHours(1), Duration.ofSeconds(30), 10, Duration.ofMillis(250), Duration.ofSeconds(2),
            Duration.ofSeconds(1), false, 1_000);

    /** @throws IllegalArgumentException naming what is wrong */
    public CachePolicy {
        require(entries > 0, "entries", entries);
        require(localLife.isPositive(), "localLife", localLife);
        require(sharedLife.isPositive(), "sharedLife", sharedLife);
        require(!staleLife.isNegative() && staleLife.compareTo(STALE_MAX) <= 0, "staleLife", staleLife);
        require(!negativeLife.isNegative(), "negativeLife", negativeLife);
        require(jitter >= 0 && jitter <= 50, "jitter", jitter);
        require(soft.isPositive(), "soft", soft);
        require(hard.isPositive(), "hard", hard);
        require(retry.isPositive(), "retry", retry);
        require(warmRate > 0, "warmRate", warmRate);
    }

    private static void require(boolean holds, String what, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(what + " is " + value);
        }
    }

    public CachePolicy withEntries(int most) {
        return new CachePolicy(most, localLife, sharedLife, staleLife, negativeLife, jitter, soft, hard, retry, own,
                warmRate);
    }

    public CachePolicy withLives(Duration local, Duration shared) {
        return new CachePolicy(entries, local, shared, staleLife, negativeLife, jitter, soft, hard, retry, own,
                warmRate);
    }

    public CachePolicy withStaleLife(Duration stale) {
        return new CachePolicy(entries, localLife, sharedLife, stale, negativeLife, jitter, soft, hard, retry, own,
                warmRate);
    }

    public CachePolicy withNegativeLife(Duration negative) {
        return new CachePolicy(entries, localLife, sharedLife, staleLife, negative, jitter, soft, hard, retry, own,
                warmRate);
    }

    public CachePolicy withJitter(int percent) {
        return new CachePolicy(entries, localLife, sharedLife, staleLife, negativeLife, percent, soft, hard, retry, own,
                warmRate);
    }

    public CachePolicy withTimeouts(Duration softTimeout, Duration hardTimeout) {
        return new CachePolicy(entries, localLife, sharedLife, staleLife, negativeLife, jitter, softTimeout,
                hardTimeout,
                retry, own, warmRate);
    }

    public CachePolicy withRetry(Duration after) {
        return new CachePolicy(entries, localLife, sharedLife, staleLife, negativeLife, jitter, soft, hard, after, own,
                warmRate);
    }

    public CachePolicy withOwn(boolean nobodyElse) {
        return new CachePolicy(entries, localLife, sharedLife, staleLife, negativeLife, jitter, soft, hard, retry,
                nobodyElse, warmRate);
    }

    public CachePolicy withWarmRate(int keysPerSecond) {
        return new CachePolicy(entries, localLife, sharedLife, staleLife, negativeLife, jitter, soft, hard, retry, own,
                keysPerSecond);
    }
}
