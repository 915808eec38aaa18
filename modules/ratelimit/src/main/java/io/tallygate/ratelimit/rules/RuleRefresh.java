package io.tallygate.ratelimit.rules;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Brings rules up to date in a process that does nothing between two invocations: before one, when the last time was a second
 * ago. For one thread at a time.
 */
public final class RuleRefresh {

    private static final long INTERVAL_NANOS = RuleFiles.INTERVAL.toNanos();
    /** A caller waits for it; rules that are stored come a second later where their store takes longer. */
    private static final Duration ANSWER_MAX = Duration.ofMillis(200);

    private final RuleSource source;
    private final LongSupplier nanos;
    private long last;

    /** Reads all rules, as a server does at its start. */
    RuleRefresh(RuleSource source, LongSupplier nanos) {
        this.source = source;
        this.nanos = nanos;
        source.poll(RuleSource.ANSWER_MILLIS);
        this.last = nanos.getAsLong();
    }

    /** Reads them again, if it is time. */
    public synchronized void ifDue() {
        long now = nanos.getAsLong();
        if (now - last >= INTERVAL_NANOS) {
            last = now;
            source.poll(ANSWER_MAX.toMillis());
        }
    }
}
