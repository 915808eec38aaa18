package io.tallygate.kernel;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches the flushes of one {@link CommitWriter}: they fail once every attempt has failed for longer than {@link
 * #PATIENCE}, until one succeeds. Thread-safe.
 *
 * <p>That must not depend on traffic, which a process in this state should not get. A flush whose outcome is unknown is
 * repeated until there is one. A flush that was refused is over, so while no other succeeds, the writer's probe is run
 * every {@link #PROBE_EVERY}. The probe also tells a store that refuses all from an operation that it refuses rightly.
 */
public final class WriteWatch implements WriteHealth {

    /** How long writes may fail before they are said to. */
    public static final Duration PATIENCE = Duration.ofSeconds(2);

    static final Duration PROBE_EVERY = Duration.ofSeconds(1);

    private final Runnable probe;
    private final Listener listener;
    private final LongSupplier ticker;
    /** None while writes succeed, which is then all that a flush looks at. */
    private volatile @Nullable Trouble trouble;

    private record Trouble(long sinceNanos, long probeAtNanos, String reason, boolean told) {}

    /** Told when writes begin to fail and when they succeed again, in turns. Implementations are quick and never throw. */
    public interface Listener {

        /** Does nothing. */
        Listener NONE = new Listener() {
            @Override
            public void failing(String reason) {}

            @Override
            public void recovered(Duration after) {}
        };

        /** Every write has failed for {@link #PATIENCE}. */
        void failing(String reason);

        /** One succeeded, so long after the first that failed. */
        void recovered(Duration after);
    }

    /**
     * @param probe  writes something that changes nothing, or throws; it may block as a flush may. Run by the writer thread
     * @param ticker nanoseconds that only rise
     */
    public WriteWatch(Runnable probe, Listener listener, LongSupplier ticker) {
        this.probe = probe;
        this.listener = listener;
        this.ticker = ticker;
    }

    /** For a writer whose target is watched where it runs. */
    public static WriteWatch unwatched(LongSupplier ticker) {
        return new WriteWatch(() -> {}, Listener.NONE, ticker);
    }

    @Override
    public Optional<String> failure() {
        look();
        Trouble current = trouble;
        return current != null && current.told() ? Optional.of(current.reason()) : Optional.empty();
    }

    /** A flush was committed. */
    void succeeded() {
        if (trouble != null) {
            recover();
        }
    }

    private synchronized void recover() {
        Trouble ended = trouble;
        trouble = null;
        if (ended != null && ended.told()) {
            listener.recovered(Duration.ofNanos(ticker.getAsLong() - ended.sinceNanos()));
        }
    }

    /** A flush, begun at a time, was refused or its outcome is unknown. */
    synchronized void failed(Throwable cause, long startedNanos) {
        Trouble current = trouble;
        trouble = current == null
                ? new Trouble(startedNanos, ticker.getAsLong() + PROBE_EVERY.toNanos(), words(cause), false)
                : new Trouble(current.sinceNanos(), current.probeAtNanos(), words(cause), current.told());
        look();
    }

    /** Tells the listener when it is time to. */
    void look() {
        Trouble current = trouble;
        if (current != null && !current.told() && isOver(current)) {
            tell();
        }
    }

    private synchronized void tell() {
        Trouble current = trouble;
        if (current != null && !current.told() && isOver(current)) {
            trouble = new Trouble(current.sinceNanos(), current.probeAtNanos(), current.reason(), true);
            listener.failing(current.reason());
        }
    }

    private boolean isOver(Trouble current) {
        return ticker.getAsLong() - current.sinceNanos() >= PATIENCE.toNanos();
    }

    /** How long the writer may sleep before it should {@link #probe}. */
    long probeInNanos() {
        Trouble current = trouble;
        return current == null ? Long.MAX_VALUE : Math.max(0, current.probeAtNanos() - ticker.getAsLong());
    }

    /** Runs the probe when it is due. Called by the writer thread, between its flushes. */
    void probe() {
        Trouble current = trouble;
        long now = ticker.getAsLong();
        if (current == null || current.probeAtNanos() - now > 0) {
            return;
        }
        try {
            probe.run();
            succeeded();
        } catch (RuntimeException e) {
            failed(e, now);
            probeLater();
        }
    }

    private synchronized void probeLater() {
        Trouble current = trouble;
        if (current != null) {
            trouble = new Trouble(current.sinceNanos(), ticker.getAsLong() + PROBE_EVERY.toNanos(), current.reason(),
                    current.told());
        }
    }

    /** On one line, as they go to the log. */
    private static String words(Throwable cause) {
        return Reasons.of(cause).strip().replaceAll("\\s+", " ");
    }
}
