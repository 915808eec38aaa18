package io.tallygate.grpc.connect;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.EachBean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Parameter;
import io.micronaut.context.env.Environment;
import io.micronaut.context.exceptions.ConfigurationException;
import java.time.Duration;

/** Opens the channels of each service that there is a bean of, by its settings; every bean here has the service's name. */
@Factory
final class ChannelsFactory {

    private static final Duration RECOVERY_MAX = Duration.ofSeconds(10);
    private static final Duration HALF_OPEN_MAX = Duration.ofSeconds(5);

    @EachBean(RemoteService.class)
    ServiceSettings settings(@Parameter String service, Environment environment) {
        return new ServiceSettings(service, environment);
    }

    @EachBean(RemoteService.class)
    @Bean(preDestroy = "close")
    Channels channels(RemoteService service, @Parameter ServiceSettings settings,
            @Parameter InstanceBreakers breakers, TargetSettings targets) {
        ConnectSettings connect = connect(settings, targets.of(settings));
        return new ClientTlsSettings(settings).open().map(tls -> Channels.open(service, connect, breakers, tls))
                .orElseGet(() -> Channels.open(service, connect, breakers));
    }

    @EachBean(Channels.class)
    @Bean(preDestroy = "close")
    Heartbeats heartbeats(Channels channels, @Parameter InstanceBreakers breakers,
            @Parameter ServiceSettings settings) {
        return Heartbeats.start(channels, breakers,
                settings.get("timeout", Duration.class, Duration.ofSeconds(1)));
    }

    @EachBean(RemoteService.class)
    InstanceBreakers breakers(@Parameter ServiceSettings settings) {
        int calls = settings.get("breaker.calls", Integer.class, 10);
        Duration recovery = settings.get("breaker.recovery", Duration.class, Duration.ofMillis(500));
        return new InstanceBreakers(CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED).slidingWindowSize(calls).minimumNumberOfCalls(calls)
                .failureRateThreshold(settings.get("breaker.failures", Integer.class, 50))
                // A try costs its caller the time-out of a call, so those that fail become rarer.
                .waitIntervalFunctionInOpenState(IntervalFunction.ofExponentialBackoff(recovery, 2,
                        recovery.compareTo(RECOVERY_MAX) < 0 ? RECOVERY_MAX : recovery))
                .permittedNumberOfCallsInHalfOpenState(settings.get("breaker.half-open-calls", Integer.class, 1))
                // A call that was let through may find its connection gone, and then says nothing to the breaker.
                .maxWaitDurationInHalfOpenState(HALF_OPEN_MAX)
                // Only failures count: a slow call that is answered was worth its time.
                .slowCallRateThreshold(100).slowCallDurationThreshold(Duration.ofHours(1)).build());
    }

    private static ConnectSettings connect(ServiceSettings settings, Target target) {
        try {
            return new ConnectSettings(target, policy(settings), settings.get("channels", Integer.class, 20),
                    settings.get("keep-alive", Duration.class, Duration.ofSeconds(30)),
                    settings.get("connect-timeout", Duration.class, Duration.ofSeconds(5)),
                    settings.find("token", String.class));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Policy policy(ServiceSettings settings) {
        try {
            return Policy.parse(settings.get("policy", String.class, "round-robin"));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(settings.setting("policy") + ": " + e.getMessage(), e);
        }
    }
}
