package io.tallygate.grpc.connect;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens the channels that the settings under {@code tallygate.services} describe. */
@Factory
final class ChannelsFactory {

    private static final Duration RECOVERY_MAX = Duration.ofSeconds(10);
    private static final Duration HALF_OPEN_MAX = Duration.ofSeconds(5);
    private static final String ADDRESSES = "tallygate.services.counter.addresses";
    private static final String CONSUL = "tallygate.services.counter.consul";

    @Singleton
    @Named("counter")
    @Bean(preDestroy = "close")
    @Requires(property = ADDRESSES)
    Channels listed(@Named("counter") RemoteService service, @Property(name = ADDRESSES) String addresses,
            ConnectSettings defaults, InstanceBreakers breakers, @Nullable ClientTls tls) {
        return open(service, with(defaults, parse(ADDRESSES, addresses, ChannelsFactory::addresses)), breakers, tls);
    }

    @Singleton
    @Named("counter")
    @Bean(preDestroy = "close")
    @Requires(property = CONSUL)
    @Requires(missingProperty = ADDRESSES)
    Channels found(@Named("counter") RemoteService service, @Property(name = CONSUL) String name,
            @Property(name = "tallygate.consul.address", defaultValue = "http://127.0.0.1:8500") String consul,
            @Property(name = "tallygate.consul.token") @Nullable String token, ConnectSettings defaults,
            InstanceBreakers breakers, @Nullable ClientTls tls) {
        Target.Consul open = parse("tallygate.consul.address", consul,
                text -> new Target.Consul(URI.create(text), "x"));
        Target.Consul agent = token == null ? open : parse("tallygate.consul.token", token, open::withToken);
        return open(service, with(defaults, parse(CONSUL, name, agent::withService)), breakers, tls);
    }

    private static Channels open(RemoteService service, ConnectSettings settings, InstanceBreakers breakers,
            @Nullable ClientTls tls) {
        return tls == null
                ? Channels.open(service, settings, breakers)
                : Channels.open(service, settings, breakers, tls);
    }

    @Singleton
    @Bean(preDestroy = "close")
    @Requires(beans = Channels.class)
    Heartbeats heartbeats(Channels channels, InstanceBreakers breakers,
            @Property(name = "tallygate.services.timeout", defaultValue = "1s") Duration timeout) {
        return Heartbeats.start(channels, breakers, timeout);
    }

    @Singleton
    InstanceBreakers breakers(
            @Property(name = "tallygate.services.breaker.failures", defaultValue = "50") int failurePercent,
            @Property(name = "tallygate.services.breaker.calls", defaultValue = "10") int calls,
            @Property(name = "tallygate.services.breaker.recovery", defaultValue = "500ms") Duration recovery,
            @Property(name = "tallygate.services.breaker.half-open-calls", defaultValue = "1") int halfOpenCalls) {
        return new InstanceBreakers(CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED).slidingWindowSize(calls).minimumNumberOfCalls(calls)
                .failureRateThreshold(failurePercent)
                // A try costs its caller the time-out of a call, so those that fail become rarer.
                .waitIntervalFunctionInOpenState(IntervalFunction.ofExponentialBackoff(recovery, 2,
                        recovery.compareTo(RECOVERY_MAX) < 0 ? RECOVERY_MAX : recovery))
                .permittedNumberOfCallsInHalfOpenState(halfOpenCalls)
                // A call that was let through may find its connection gone, and then says nothing to the breaker.
                .maxWaitDurationInHalfOpenState(HALF_OPEN_MAX)
                // Only failures count: a slow call that is answered was worth its time.
                .slowCallRateThreshold(100).slowCallDurationThreshold(Duration.ofHours(1)).build());
    }

    /** Everything but the target, which is a stand-in. */
    @Singleton
    ConnectSettings settings(
            @Property(name = "tallygate.services.policy", defaultValue = "round-robin") String policy,
            @Property(name = "tallygate.services.channels", defaultValue = "20") int channels,
            @Property(name = "tallygate.services.keep-alive", defaultValue = "30s") Duration keepAlive,
            @Property(name = "tallygate.services.connect-timeout", defaultValue = "5s") Duration connectTimeout,
            @Property(name = "tallygate.services.token") @Nullable String token) {
        Policy parsed = parse("tallygate.services.policy", policy, Policy::parse);
        try {
            return new ConnectSettings(addresses("127.0.0.1:1"), parsed, channels, keepAlive, connectTimeout,
                    Optional.ofNullable(token));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }

    private static ConnectSettings with(ConnectSettings s, Target target) {
        return new ConnectSettings(target, s.policy(), s.channels(), s.keepAlive(), s.connectTimeout(), s.token());
    }

    private static Target addresses(String text) {
        return new Target.Fixed(Arrays.stream(text.split(",", -1)).map(String::strip).map(Instance::parse).toList());
    }

    private static <T> T parse(String setting, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(setting + ": " + e.getMessage(), e);
        }
    }
}
