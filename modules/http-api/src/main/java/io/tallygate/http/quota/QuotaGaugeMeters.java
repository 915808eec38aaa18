package io.tallygate.http.quota;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Requires;
import io.tallygate.quota.ConsumerStatistics;
import io.tallygate.quota.Quotas;
import jakarta.inject.Singleton;
import java.util.function.ToLongFunction;

/** What quotas of this process have done and have to do, read when the metrics are asked for. */
@Singleton
@Requires(beans = Quotas.class)
final class QuotaGaugeMeters implements MeterBinder {

    /** Looked up late: quotas tell the registry of their decisions, and the registry needs this. */
    private final BeanProvider<Quotas> quotas;

    QuotaGaugeMeters(BeanProvider<Quotas> quotas) {
        this.quotas = quotas;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("tallygate.quota.async.pending", this, self -> self.quotas.get().consumer().queued())
                .baseUnit("operations")
                .description("Consumptions accepted and not yet written: lost if the process is killed now")
                .register(registry);
        Gauge.builder("tallygate.quota.plan.file.wrong", this, QuotaGaugeMeters::isPlanFileWrong)
                .description("1 while the file of plans is wrong and the plans of before are in effect")
                .register(registry);
        counter(registry, "accepted", "Consumptions accepted before their commit", ConsumerStatistics::total);
        counter(registry, "failed", "Accepted consumptions that the store refused", ConsumerStatistics::failed);
        counter(registry, "lost", "Accepted consumptions that could not be written", ConsumerStatistics::lost);
        counter(registry, "fallbacks", "Consumptions that found the queue full and were committed before their answer",
                ConsumerStatistics::fallbacks);
        FunctionCounter.builder("tallygate.quota.reservations.expired", this, self -> self.quotas.get().expired())
                .description("Reservations that this process has given back because their time was over")
                .register(registry);
    }

    private int isPlanFileWrong() {
        return quotas.get().planFile().map(file -> file.failure() == null ? 0 : 1).orElse(0);
    }

    private void counter(MeterRegistry registry, String name, String description,
            ToLongFunction<ConsumerStatistics> count) {
        FunctionCounter.builder("tallygate.quota.async." + name, this,
                self -> count.applyAsLong(self.quotas.get().consumer())).description(description).register(registry);
    }
}
