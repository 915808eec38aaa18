package io.tallygate.quota;

import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerPeer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Quotas with all that they need in a process that has a ledger. */
final class QuotaService implements AutoCloseable {

    private final LedgerQuotas quotas;
    private final AcceptedConsumption accepted;
    private final QuotaSweeper sweeper;
    private final PlanSource plans;

    /**
     * Puts the parts together; {@link #start} sets them going.
     *
     * @param ledger   stays the caller's to close, after this
     * @param peer     the same
     * @param planFile null when there is none
     * @param timeout  how long a flush of what was accepted may take before it is sent again
     * @param ticker   nanoseconds that only rise
     * @param random   that cannot be guessed
     */
    QuotaService(Ledger ledger, LedgerPeer peer, @Nullable Path planFile, QuotaSettings settings, AsyncSettings async,
            Duration timeout, InstantSource clock, LongSupplier ticker, RandomGenerator random) {
        var current = new PlanSource.Current();
        var definitions = new Definitions(ledger, current::plans, settings.subjectsMax(), ticker);
        this.plans = new PlanSource(planFile, current, new PlanShelf(ledger, definitions, clock), definitions, clock);
        this.accepted = new AcceptedConsumption(ledger, peer, async, timeout, settings.closeTimeout(), clock, ticker);
        this.quotas = new LedgerQuotas(ledger, definitions, accepted, current::state, settings, clock, random);
        this.sweeper = new QuotaSweeper(ledger, quotas.reservations(), settings, clock);
    }

    /** Looks at the file of plans, and begins to give back what is due. */
    void start() {
        plans.start();
        sweeper.start();
    }

    Quotas quotas() {
        return quotas;
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
        sweeper.close();
        accepted.close();
    }
}
