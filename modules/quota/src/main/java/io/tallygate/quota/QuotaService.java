package io.tallygate.quota;

import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.ledger.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Quotas with all that they need on a ledger. */
final class QuotaService implements AutoCloseable {

    private final LedgerQuotas quotas;
    private final AcceptedConsumption accepted;
    private final QuotaSweeper sweeper;
    private final PlanSource plans;
    private final Thresholds thresholds;

    /**
     * Puts the parts together; {@link #start} sets them going.
     *
     * @param own      stays the caller's to close, after this
     * @param planFile null when there is none
     * @param timeout  how long a flush of what was accepted may take before it is sent again
     * @param caches   where limits of subjects are kept; of which the names {@code quota-*} are free
     * @param ticker   nanoseconds that only rise
     * @param random   that cannot be guessed
     */
    QuotaService(QuotaLedger own, @Nullable Path planFile, QuotaSettings settings, AsyncSettings async,
            Duration timeout, QuotaMetrics metrics, MultiLevelCaches caches, InstantSource clock, LongSupplier ticker,
            RandomGenerator random) {
        Ledger ledger = own.ledger();
        var current = new PlanSource.Current();
        var definitions = new Definitions(ledger, current::plans, settings.subjectsMax(), caches, clock,
                own.news() != null);
        if (own.news() != null) {
            own.news().tell(definitions);
        }
        this.plans = new PlanSource(planFile, current, new PlanShelf(ledger, definitions, clock), definitions, clock);
        this.thresholds = new LimitThresholds(definitions);
        this.accepted = new AcceptedConsumption(own, async, timeout, settings.closeTimeout(), clock, ticker);
        this.quotas = new LedgerQuotas(ledger, definitions, accepted, current::state, settings, metrics, clock, random);
        this.sweeper = new QuotaSweeper(ledger, quotas.reservations(), settings, quotas.expiries());
    }

    /** Looks at the file of plans, again and again. */
    void start() {
        plans.start();
    }

    Quotas quotas() {
        return quotas;
    }

    Thresholds thresholds() {
        return thresholds;
    }

    QuotaSweeper sweeper() {
        return sweeper;
    }

    PlanSource plans() {
        return plans;
    }

    /** Writes what was accepted. */
    @Override
    public void close() {
        plans.close();
        accepted.close();
    }
}
