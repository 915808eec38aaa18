package io.tallygate.http.degradation;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.tallygate.degradation.DegradationAdmin;
import io.tallygate.degradation.DegradationStatus;
import io.tallygate.http.Advisory;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import org.reactivestreams.Publisher;

/** Levels and probes, for whoever looks. A level is no reason to ask another process: there are still answers to give. */
@Singleton
@Advisory
@Requires(beans = DegradationAdmin.class)
final class DegradationHealthIndicator implements HealthIndicator {

    private final DegradationAdmin levels;

    DegradationHealthIndicator(DegradationAdmin levels) {
        this.levels = levels;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        DegradationStatus status = levels.status();
        var features = new LinkedHashMap<String, Object>();
        status.features().forEach(feature -> features.put(feature.name(), feature.level().label()));
        var probes = new LinkedHashMap<String, Object>();
        status.probes().forEach(probe -> probes.put(probe.name(), probe.good() ? "good" : "bad"));
        var details = new LinkedHashMap<String, Object>();
        details.put("level", status.level().label());
        details.put("features", features);
        details.put("probes", probes);
        return Publishers.just(
                HealthResult.builder("degradation").status(HealthStatus.UP).details(details).build());
    }
}
