package io.tallygate.grpc;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.annotation.Requires;
import io.micronaut.scheduling.TaskExecutors;
import io.tallygate.grpc.HttpSidePorts.Answer;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;

/** All metrics in Prometheus's text format, collected where that holds up no other answer. Thread-safe. */
@Singleton
@Requires(classes = PrometheusMeterRegistry.class, beans = PrometheusMeterRegistry.class)
final class MetricsReport {

    private static final String FORMAT = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry;
    private final ExecutorService executor;

    /** @param all which binds what there is to count once somebody asks for it: in some programs nobody else does */
    MetricsReport(MeterRegistry all, PrometheusMeterRegistry registry,
            @Named(TaskExecutors.BLOCKING) ExecutorService executor) {
        this.registry = registry;
        this.executor = executor;
    }

    CompletionStage<Answer> answer() {
        return CompletableFuture.supplyAsync(() -> new Answer(200, FORMAT,
                registry.scrape(FORMAT).getBytes(StandardCharsets.UTF_8)), executor);
    }
}
