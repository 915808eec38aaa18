package io.tallygate.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micronaut.context.BeanProvider;
import io.tallygate.kernel.MetricSource;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

/** What modules count by themselves, read when the metrics are asked for. */
@Singleton
final class MetricSourceMeters implements MeterBinder {

    private final BeanProvider<MetricSource> sources;
    /** The registry knows them by weak references alone. */
    private final Queue<LongSupplier> counts = new ConcurrentLinkedQueue<>();

    MetricSourceMeters(BeanProvider<MetricSource> sources) {
        this.sources = sources;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        var meters = new Meters(registry, counts);
        sources.forEach(source -> source.bindTo(meters));
    }

    private record Meters(MeterRegistry registry, Queue<LongSupplier> counts) implements MetricSource.Sink {

        @Override
        public void count(String name, String description, Map<String, String> labels, LongSupplier count) {
            counts.add(count);
            FunctionCounter.builder(name, count, LongSupplier::getAsLong).description(description).tags(tags(labels))
                    .register(registry);
        }

        @Override
        public void gauge(String name, String description, Map<String, String> labels, LongSupplier figure) {
            Gauge.builder(name, figure, LongSupplier::getAsLong).description(description).tags(tags(labels))
                    .strongReference(true).register(registry);
        }

        private static List<Tag> tags(Map<String, String> labels) {
            return labels.entrySet().stream().map(label -> Tag.of(label.getKey(), label.getValue())).toList();
        }
    }
}
