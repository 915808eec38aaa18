package io.tallygate.discovery;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.client.exceptions.HttpClientResponseException;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.tallygate.kernel.Drain;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this process registered with Consul, from one virtual thread, from when it first serves until it is to stop.
 * Consul being away delays that, and nothing else. Thread-safe.
 */
@Context
@Requires(beans = RegistrationSettings.class)
final class Registration implements Drain, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);
    private static final String GRPC_SERVER = "grpc.server";
    /** An agent that was restarted knows nobody, and tells nobody. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final Duration ASK_READINESS_EVERY = Duration.ofMillis(50);
    private static final long BACKOFF_MIN_MILLIS = 100;
    private static final long BACKOFF_MAX_MILLIS = 2_000;
    /** Callers that follow Consul with blocking queries are told at once; this is for their last calls to arrive. */
    private static final Duration CALLERS_LEAVE_WITHIN = Duration.ofMillis(500);
    /** One question of each kind. */
    private static final Duration LAST_STEP_MAX = Duration.ofSeconds(4);

    private final RegistrationSettings settings;
    private final BeanProvider<EmbeddedServer> server;
    private final Agent agent;
    private final @Nullable OwnCertificate certificate;
    private final CountDownLatch leaving = new CountDownLatch(1);
    private @Nullable Thread keeper; // guarded by this
    private @Nullable Service service; // guarded by this, as is the rest
    private boolean left;

    /** Of the keeper, and of who has seen it end. */
    private boolean attempted;

    Registration(RegistrationSettings settings, @Named(GRPC_SERVER) BeanProvider<EmbeddedServer> server, Agent agent,
            @Nullable OwnCertificate certificate) {
        this.settings = settings;
        this.server = server;
        this.agent = agent;
        this.certificate = certificate;
    }

    @EventListener
    synchronized void started(ServerStartupEvent event) {
        EmbeddedServer started = event.getSource();
        if (keeper == null && !left && server.isPresent() && server.get().equals(started)) {
            Service own = Service.of(settings, started.getPort(), certificate != null);
            service = own;
            keeper = Thread.ofVirtual().name("consul-registration").start(() -> keep(own, started.getHost()));
        }
    }

    private void keep(Service own, String host) {
        try (var health = new OwnHealth(host, own.port(), certificate)) {
            int failures = 0;
            boolean registered = false;
            long pauseMillis = 0;
            while (!leaving.await(pauseMillis, TimeUnit.MILLISECONDS)) {
                try {
                    registered = (registered && knows(own)) || register(own, health);
                    pauseMillis = (registered ? LOOK_EVERY : ASK_READINESS_EVERY).toMillis();
                    failures = 0;
                } catch (RuntimeException e) {
                    // The client has no one type for all that can go wrong with an answer.
                    if (failures++ == 0) {
                        LOG.warn("Consul at {} cannot be asked ({}); {} will be registered when it can",
                                settings.consul(), reason(e), own.id());
                    }
                    long backoff = Math.min(BACKOFF_MAX_MILLIS, BACKOFF_MIN_MILLIS << Math.min(failures, 5));
                    pauseMillis = ThreadLocalRandom.current().nextLong(backoff / 2, backoff + 1);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it is registered now: not before it serves, as callers come at once. */
    private boolean register(Service own, OwnHealth health) {
        if (!health.serving()) {
            return false;
        }
        attempted = true;
        HttpResponse<?> answer = agent.register(own.registration());
        if (answer.code() == HttpStatus.NOT_FOUND.getCode()) {
            throw new HttpClientResponseException("not a Consul agent", answer);
        }
        LOG.info("registered with Consul at {} as {}, tags {}, weight {}", settings.consul(), own.id(), own.tags(),
                own.weight());
        return true;
    }

    private boolean knows(Service own) {
        return agent.find(own.id()).code() != HttpStatus.NOT_FOUND.getCode();
    }

    /** In Consul's own words, where there are any. */
    private static String reason(RuntimeException e) {
        if (e instanceof HttpClientResponseException answered) {
            return answered.code() + " " + answered.getResponse().getBody(String.class).orElse("").strip();
        }
        // The client's own message leaves out what kind of failure it was.
        return e.getCause() instanceof IOException cause ? cause.toString() : e.toString();
    }

    /** Before any server: a caller that still finds this process here must still be answered. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    /** Leaves Consul, and returns when callers had the time to follow. */
    @Override
    public synchronized void drain() {
        leaving.countDown();
        Thread running = keeper;
        Service own = service;
        if (left || running == null || own == null) {
            left = true;
            return;
        }
        left = true;
        try {
            running.join(LAST_STEP_MAX);
            if (attempted) {
                agent.deregister(own.id());
                LOG.info("{} has left Consul", own.id());
                Thread.sleep(CALLERS_LEAVE_WITHIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("Consul at {} cannot be told that {} leaves ({}); its check will find out", settings.consul(),
                    own.id(), reason(e));
        }
    }

    @PreDestroy
    void close() {
        drain();
    }
}
