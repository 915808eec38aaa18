package io.tallygate.http.quota;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.tallygate.http.Advisory;
import io.tallygate.quota.ConsumerStatistics;
import io.tallygate.quota.PlanFileState;
import io.tallygate.quota.Quotas;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import org.reactivestreams.Publisher;

/**
 * How quotas of this process do: whether what it accepted reaches the store, and how the file of plans stands. A file that is
 * wrong is in the details alone, because the plans of before are in effect.
 */
@Singleton
@Advisory
@Requires(beans = Quotas.class)
final class QuotaHealthIndicator implements HealthIndicator {

    private final Quotas quotas;

    QuotaHealthIndicator(Quotas quotas) {
        this.quotas = quotas;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        ConsumerStatistics consumer = quotas.consumer();
        var details = new LinkedHashMap<String, Object>();
        quotas.planFile().ifPresent(file -> details.put("plan_file", details(file)));
        var async = new LinkedHashMap<String, Object>();
        async.put("healthy", consumer.healthy());
        async.put("queued", consumer.queued());
        details.put("async", async);
        return Publishers.just(HealthResult.builder("quota")
                .status(consumer.healthy() ? HealthStatus.UP : HealthStatus.DOWN).details(details).build());
    }

    private static Map<String, Object> details(PlanFileState file) {
        var details = new LinkedHashMap<String, Object>();
        details.put("digest", file.digest());
        if (file.loadedAt() != null) {
            details.put("loaded_at", file.loadedAt().toString());
        }
        if (file.failure() != null) {
            details.put("failure", file.failure());
        }
        return details;
    }
}
