package io.tallygate.degradation;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a server's levels looked at a few times a second. */
final class DegradationRounds implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DegradationRounds.class);
    private static final long EVERY_MILLIS = 250;
    /** Leaves the start to the start. */
    private static final long FIRST_MILLIS = 1_000;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("degradation").daemon().factory());
    private boolean hasFailed;

    void start(DegradationService service) {
        var _ = thread.scheduleWithFixedDelay(() -> tick(service), FIRST_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Whatever it throws, the next round comes: a scheduled task that throws is never run again. */
    private void tick(DegradationService service) {
        try {
            service.tick();
        } catch (RuntimeException | Error e) {
            if (!hasFailed) {
                LOG.error("Levels cannot be looked at; it is tried again", e);
            }
            hasFailed = true;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
