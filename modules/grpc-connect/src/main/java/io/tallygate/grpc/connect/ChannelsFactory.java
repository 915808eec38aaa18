package io.tallygate.grpc.connect;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.EachBean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Parameter;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.value.PropertyResolver;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Opens the channels of each service that there is a bean of, by its settings; every bean here has the service's name. */
@Factory
final class ChannelsFactory {

    private static final Duration RECOVERY_MAX = Duration.ofSeconds(10);
    private static final Duration HALF_OPEN_MAX = Duration.ofSeconds(5);

    @EachBean(RemoteService.class)
    ServiceSettings settings(@Parameter String service, PropertyResolver properties) {
        return new ServiceSettings(service, name -> properties.getProperty(name, String.class));
    }

    @EachBean(RemoteService.class)
    @Bean(preDestroy = "close")
    Channels channels(RemoteService service, @Parameter ServiceSettings settings,
            @Parameter InstanceBreakers breakers, @Nullable SharedLoops loops) {
        return PooledChannels.open(service, connect(settings, TargetSettings.of(settings)), breakers,
                new ClientTlsSettings(settings).open(), loops == null ? null : loops.group());
    }

    @EachBean(Channels.class)
    @Bean(preDestroy = "close")
    Heartbeats heartbeats(Channels channels, @Parameter InstanceBreakers breakers,
            @Parameter ServiceSettings settings) {
        return Heartbeats.start(channels, breakers,
                settings.get(ServicesSettingGroup.TIMEOUT));
    }

    @EachBean(RemoteService.class)
    InstanceBreakers breakers(@Parameter ServiceSettings settings) {
        int calls = settings.get(ServicesSettingGroup.BREAKER_CALLS);
        Duration recovery = settings.get(ServicesSettingGroup.BREAKER_RECOVERY);
        return new InstanceBreakers(CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED).slidingWindowSize(calls).minimumNumberOfCalls(calls)
                .failureRateThreshold(settings.get(ServicesSettingGroup.BREAKER_FAILURES))
                // A try costs its caller the time-out of a call, so those that fail become rarer.
                .waitIntervalFunctionInOpenState(IntervalFunction.ofExponentialBackoff(recovery, 2,
                        recovery.compareTo(RECOVERY_MAX) < 0 ? RECOVERY_MAX : recovery))
                .permittedNumberOfCallsInHalfOpenState(settings.get(ServicesSettingGroup.BREAKER_HALF_OPEN_CALLS))
                // A call that was let through may find its connection gone, and then says nothing to the breaker.
                .maxWaitDurationInHalfOpenState(HALF_OPEN_MAX)
                // Only failures count: a slow call that is answered was worth its time.
                .slowCallRateThreshold(100).slowCallDurationThreshold(Duration.ofHours(1)).build());
    }

    private static ConnectSettings connect(ServiceSettings settings, Target target) {
        try {
            return new ConnectSettings(target, settings.get(ServicesSettingGroup.POLICY),
                    settings.get(ServicesSettingGroup.CHANNELS), settings.get(ServicesSettingGroup.KEEP_ALIVE),
                    settings.get(ServicesSettingGroup.CONNECT_TIMEOUT), settings.find(ServicesSettingGroup.TOKEN));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }
}
