package io.tallygate.quota;

import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.StageFailures;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Lane;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.RowKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is answered before it is written. Thread-safe; no method but {@link #close} blocks.
 *
 * <p>A subject's operations go through one of a few lanes of the ledger, which folds them by row, waits for company, and
 * sends each flush with its number until the store has answered. So here is only what the lanes do not know: how many
 * operations wait, how much of which row that is, and what became of it.
 */
final class AcceptedConsumption implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AcceptedConsumption.class);
    private static final int CHANGES_MAX = 8_192;

    private final Ledger ledger;
    private final AsyncSettings settings;
    private final List<Lane> lanes = new ArrayList<>();
    private final ConcurrentHashMap<RowKey, Long> pending = new ConcurrentHashMap<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private final LongAdder total = new LongAdder();
    private final LongAdder processed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder fallbacks = new LongAdder();

    /**
     * Starts the lanes.
     *
     * @param ledger also of what does not fit the queue
     */
    AcceptedConsumption(QuotaLedger ledger, AsyncSettings settings, Duration timeout, Duration closeTimeout,
            InstantSource clock, LongSupplier ticker) {
        this.ledger = ledger.ledger();
        this.settings = settings;
        // The queue is bounded here, in operations; so many changes do all of them have at most.
        var commit = new CommitSettings(settings.queueMax() * Charge.LIMITS_MAX, CHANGES_MAX, timeout,
                settings.linger(), settings.changesEnough(), settings.retryDelay());
        for (int i = 0; i < settings.workers(); i++) {
            lanes.add(new Lane("quota-async-" + i, ledger.flushes().get(), commit, settings.batchMax(), new Told(),
                    closeTimeout, clock, ticker));
        }
    }

    /** What the lanes tell of their flushes. */
    private final class Told implements CommitMetrics {

        @Override
        public void flushed(int operations, long commitNanos) {
            batches.increment();
            if (failuresInARow.getAndSet(0) >= settings.retries()) {
                LOG.info("What was accepted is written again");
            }
        }

        @Override
        public void storeUnavailable() {
            if (failuresInARow.incrementAndGet() == settings.retries()) {
                LOG.warn("What was accepted cannot be written; it is tried again until the store answers");
            }
        }
    }

    /**
     * Takes an operation, or posts it where too many wait.
     *
     * @param posting   adds to rows of usage
     * @param described by which an operator can post it again
     * @return complete when it is taken, or committed where it does not fit
     */
    CompletionStage<Void> accept(Posting posting, int home, String described) {
        if (queued.incrementAndGet() > settings.queueMax()) {
            queued.decrementAndGet();
            fallbacks.increment();
            return ledger.post(posting).thenAccept(result -> {
                total.increment();
                count(result);
            });
        }
        addPending(posting, 1);
        CompletionStage<PostingResult> written;
        try {
            written = lanes.get(Math.floorMod(home, lanes.size())).take(posting);
        } catch (RuntimeException notTaken) {
            addPending(posting, -1);
            queued.decrementAndGet();
            throw notTaken;
        }
        total.increment();
        var _ = written.whenComplete((result, failure) -> written(posting, described, result, failure));
        return CompletableFuture.completedFuture(null);
    }

    private void written(Posting posting, String described, @Nullable PostingResult result,
            @Nullable Throwable failure) {
        addPending(posting, -1);
        queued.decrementAndGet();
        if (result != null) {
            count(result);
        }
        Throwable why = result instanceof PostingResult.Failed(RuntimeException refusal) ? refusal : failure;
        if (why != null) {
            lost.increment();
            LOG.error("Accepted and not written, to be posted again: {} ({})", described,
                    StageFailures.cause(why).getMessage());
        }
    }

    private void count(PostingResult result) {
        switch (result) {
            case PostingResult.Committed committed when committed.outcomes().refusedCount() == 0 ->
                processed.increment();
            case PostingResult.Committed _,PostingResult.KeyReused _ -> failed.increment();
            case PostingResult.Failed _ -> {
            }
        }
    }

    private void addPending(Posting posting, int sign) {
        for (Change change : posting.changes()) {
            if (change instanceof Change.Add add) {
                pending.merge(add.row(), sign * add.delta(), (one, other) -> one + other == 0 ? null : one + other);
            }
        }
    }

    /** How much was accepted for a row of usage and is not written. */
    long pending(RowKey used) {
        return pending.getOrDefault(used, 0L);
    }

    ConsumerStatistics statistics() {
        return new ConsumerStatistics(failuresInARow.get() < settings.retries(), total.sum(), processed.sum(),
                failed.sum(), lost.sum(), batches.sum(), queued.get(), fallbacks.sum());
    }

    /** Writes what waits, within the time for it; tells the log of what could not be written. */
    @Override
    public void close() {
        lanes.forEach(Lane::startClosing);
        lanes.forEach(Lane::close);
    }
}
