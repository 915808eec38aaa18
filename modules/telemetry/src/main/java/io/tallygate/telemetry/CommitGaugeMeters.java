package io.tallygate.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micronaut.context.BeanProvider;
import io.tallygate.kernel.CommitGauges;
import jakarta.inject.Singleton;
import java.util.function.ToIntFunction;

/** How much is on its way to the stores, summed over all group commits, read when the metrics are asked for. */
@Singleton
final class CommitGaugeMeters implements MeterBinder {

    /** Looked up late: a group commit needs its meters, whose registry needs this. */
    private final BeanProvider<CommitGauges> commits;

    CommitGaugeMeters(BeanProvider<CommitGauges> commits) {
        this.commits = commits;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("tallygate.commit.queue", this, self -> self.sum(CommitGauges::depth)).baseUnit("operations")
                .description("Operations that wait or are being flushed").register(registry);
        Gauge.builder("tallygate.commit.accepted.pending", this, self -> self.sum(CommitGauges::acceptedDepth))
                .baseUnit("operations")
                .description(
                        "Operations acknowledged as accepted and not yet committed: lost if the process is killed now")
                .register(registry);
    }

    private int sum(ToIntFunction<CommitGauges> gauge) {
        return commits.stream().mapToInt(gauge).sum();
    }
}
