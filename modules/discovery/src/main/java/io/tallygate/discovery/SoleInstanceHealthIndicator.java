package io.tallygate.discovery;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.tallygate.kernel.SoleInstance;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Not ready while Consul knows another instance that serves, where there must be exactly one; so the other one is not
 * registered either. Consul is asked once in a while, and while it is away what it said last holds. Thread-safe.
 */
@Singleton
@Readiness
@Requires(beans = {SoleInstance.class, RegistrationSettings.class})
final class SoleInstanceHealthIndicator implements HealthIndicator {

    private static final Logger LOG = LoggerFactory.getLogger(SoleInstanceHealthIndicator.class);
    private static final Duration ASK_EVERY = Duration.ofSeconds(1);

    private final SoleInstance sole;
    private final RegistrationSettings settings;
    private final Agent agent;
    private final CountDownLatch stopped = new CountDownLatch(1);
    /** Whether Consul was asked once, with an answer or without. */
    private volatile boolean asked;
    /** The one that serves already, as Consul said last. */
    private volatile Optional<String> other = Optional.empty();
    private boolean started; // guarded by this

    SoleInstanceHealthIndicator(SoleInstance sole, RegistrationSettings settings, Agent agent) {
        this.sole = sole;
        this.settings = settings;
        this.agent = agent;
    }

    @EventListener
    synchronized void started(ServerStartupEvent event) {
        if (!started) {
            started = true;
            EmbeddedServer server = event.getSource();
            String own = Service.of(settings, server.getPort(), false).id();
            Thread.ofVirtual().name("consul-sole-instance").start(() -> follow(own));
        }
    }

    private void follow(String own) {
        try {
            do {
                ask(own);
            } while (!stopped.await(ASK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(String own) {
        try {
            Optional<String> now = OtherInstances.before(own, agent.healthy(settings.name()));
            if (!now.equals(other)) {
                LOG.warn("{}", now.map(this::reason).orElse("No other instance serves any more"));
            }
            other = now;
        } catch (RuntimeException e) {
            // The client has no one type for all that can go wrong with an answer; who registers says that it is away.
            LOG.debug("Consul cannot be asked for other instances", e);
        }
        asked = true;
    }

    private String reason(String instance) {
        return "Not ready: there must be exactly one instance, because " + sole.reason() + ", and " + instance
                + " serves already";
    }

    @Override
    public Publisher<HealthResult> getResult() {
        Optional<String> known = other;
        HealthResult.Builder result = HealthResult.builder("sole-instance")
                .status(asked && known.isEmpty() ? HealthStatus.UP : HealthStatus.DOWN);
        known.ifPresent(instance -> result.details(Map.of("reason", reason(instance))));
        return Publishers.just(result.build());
    }

    @PreDestroy
    void close() {
        stopped.countDown();
    }
}
