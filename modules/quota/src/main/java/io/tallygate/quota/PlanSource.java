package io.tallygate.quota;

import io.tallygate.kernel.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of plans, looked at every second second; what it says of scales and calendars is noted in the ledger. Until that
 * could be read for the first time, no plan can be told.
 */
final class PlanSource implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PlanSource.class);
    private static final long POLL_SECONDS = 2;

    private final @Nullable PlanFile file;
    private final PlanShelf shelf;
    private final Definitions definitions;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("quota-plans").daemon().factory());
    private volatile boolean lookedAt;

    /** Where plans are from, before there is anything that changes them. */
    static final class Current {

        private volatile @Nullable PlanSource source;

        /** @throws StoreUnavailableException before the file was looked at */
        Plans plans() {
            PlanSource known = source;
            return known == null ? Plans.NONE : known.plans();
        }

        Optional<PlanFileState> state() {
            PlanSource known = source;
            return known == null ? Optional.empty() : known.state();
        }
    }

    /** @param path of the file; null when there is none */
    PlanSource(@Nullable Path path, Current current, PlanShelf shelf, Definitions definitions, InstantSource clock) {
        this.shelf = shelf;
        this.definitions = definitions;
        this.file = path == null ? null : new PlanFile(path, this::scales, this::note, clock);
        current.source = this;
    }

    private Map<String, Integer> scales() {
        return shelf.scales().toCompletableFuture().join();
    }

    private void note(Plans plans) {
        try {
            plans.byName().values().forEach(plan -> shelf.noted(plan).toCompletableFuture().join());
        } catch (CompletionException e) {
            throw Failures.isRefusal(e) && e.getCause() instanceof RuntimeException refusal ? refusal : e;
        }
    }

    /** Begins. */
    void start() {
        if (file != null) {
            var _ = thread.scheduleWithFixedDelay(this::round, 0, POLL_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Whatever goes wrong, the next round comes: a scheduled task that throws is never run again. */
    private void round() {
        try {
            poll();
        } catch (CompletionException later) {
            // The ledger reports its store.
        } catch (RuntimeException e) {
            LOG.warn("The file of plans cannot be taken in; it is tried again", e);
        }
    }

    /** Looks at the file, and takes in what is new. */
    void poll() {
        PlanFile known = file;
        if (known == null) {
            return;
        }
        Plans before = known.status().plans();
        boolean mayBeKnown = lookedAt;
        Plans plans = known.poll().plans();
        lookedAt = true;
        if (mayBeKnown && !plans.equals(before)) {
            definitions.planChanged();
        }
    }

    private Plans plans() {
        PlanFile known = file;
        if (known == null) {
            return Plans.NONE;
        }
        if (!lookedAt) {
            throw new StoreUnavailableException("the file of plans is not read yet",
                    new IOException("the scales of quota types are not known yet"));
        }
        return known.status().plans();
    }

    private Optional<PlanFileState> state() {
        return Optional.ofNullable(file).map(PlanFile::status)
                .map(status -> new PlanFileState(status.digest(), status.loadedAt(), status.failure()));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
